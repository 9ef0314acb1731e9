// SPDX-License-Identifier: Apache-2.0
package io.taffrail.node.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.api.v1.RecordBatch;
import io.taffrail.node.NodeProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A thousand partitions through one stream: one that is stuck holds up no other. */
class ManySlotsTest {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final int SLOTS = 1000;
    private static final int STUCK = 500;
    private static final int NONE = -1;
    private static final int BATCH_RECORDS = 20;
    private static final int ROUNDS = 2;
    private static final long CREDIT = 64 << 10;
    private static final RecordBatch BATCH = Batches.random(3, BATCH_RECORDS, 500);

    @TempDir static Path folder;

    private static NodeProcess node;

    @BeforeAll
    static void start() throws IOException {
        node = NodeProcess.start(folder, "disk.reserve.bytes=0");
    }

    @AfterAll
    static void stop() {
        if (node != null) {
            node.close();
        }
    }

    @Test
    void aStuckSlotSlowsNoOther() {
        try (NodeChannel channel = NodeChannel.to(node);
                AppendStream producer = appending(channel)) {
            appendToAll(producer);
            Duration first = readAll(producer, NONE, 1);
            Duration stuck = readAll(producer, STUCK, 1 + ROUNDS);
            Duration without = readAll(producer, NONE, 1 + 2 * ROUNDS);
            System.out.printf(
                    "[load] %d slots on one stream: %d ms at first, %d ms with one stuck, %d ms"
                            + " without%n",
                    SLOTS, first.toMillis(), stuck.toMillis(), without.toMillis());
            assertThat(stuck)
                    .as("with one slot stuck, against %s and %s without", first, without)
                    .isLessThan(first.plus(without).multipliedBy(3).plusSeconds(5));
        }
    }

    private static AppendStream appending(NodeChannel channel) {
        channel.createTopic("slots", SLOTS);
        return new AppendStream(channel, "slots");
    }

    private static void appendToAll(AppendStream producer) {
        for (int partition = 0; partition < SLOTS; partition++) {
            producer.append(partition, BATCH);
        }
        producer.flush();
    }

    /**
     * Reads what there is, and what is appended meanwhile; returns how long it took.
     *
     * @param stuck the partition whose slot has no credit until all others have everything
     * @param rounds of appends that were made before
     */
    private static Duration readAll(AppendStream producer, int stuck, int rounds) {
        int reading = stuck == NONE ? SLOTS : SLOTS - 1;
        long there = (long) rounds * BATCH_RECORDS;
        long whole = there + ROUNDS * BATCH_RECORDS;
        try (NodeChannel channel = NodeChannel.to(node);
                ReadStream reader = new ReadStream(channel)) {
            long begun = System.nanoTime();
            reader.takeAll();
            for (int slot = 1; slot <= SLOTS; slot++) {
                reader.grantBack(slot);
                long credit = slot - 1 == stuck ? 0 : CREDIT;
                reader.open(slot, "slots", slot - 1, ReadStream.earliest(), credit);
            }
            reader.await("what was there", LIMIT, () -> reader.records() == there * reading);
            for (int i = 0; i < ROUNDS; i++) {
                appendToAll(producer);
            }
            reader.await("what was appended", LIMIT, () -> reader.records() == whole * reading);
            Duration took = Duration.ofNanos(System.nanoTime() - begun);
            if (stuck != NONE) {
                reader.grant(stuck + 1, CREDIT);
                reader.await("the stuck one, too", LIMIT, () -> reader.records() == whole * SLOTS);
            }
            return took;
        }
    }
}
