// SPDX-License-Identifier: Apache-2.0
package io.taffrail.node.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.node.NodeProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A hundred connections with a hundred readers each, who wait for records that do not come. */
class IdleConnectionsTest {
    private static final int CONNECTIONS = 100;
    private static final int SLOTS = 100;
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final Duration MEASURED = Duration.ofSeconds(5);

    /** Of two processors; a busy loop for each connection or slot would take all of both. */
    private static final Duration LIMIT_CPU = Duration.ofSeconds(5);

    private static final long LIMIT_HEAP_BYTES_PER_SLOT = 16 << 10;

    @TempDir Path folder;

    @Test
    void idleReadersCostNextToNothing() throws Exception {
        List<AutoCloseable> open = new ArrayList<>();
        try (NodeProcess node = NodeProcess.start(folder, "disk.reserve.bytes=0");
                NodeChannel channel = NodeChannel.to(node)) {
            channel.createTopic("idle", SLOTS);
            NodeFigures before = NodeFigures.afterCollection(node);
            try {
                List<ReadStream> readers = connect(node, open);
                NodeFigures begun = NodeFigures.afterCollection(node);
                awaitMeasured();
                NodeFigures ended = NodeFigures.now(node);
                readers.forEach(ReadStream::checkWhole);
                try (Bystander bystander = new Bystander(node, "bystander")) {
                    bystander.awaitRoundTrips(3);
                }
                Duration cpu = ended.cpu().minus(begun.cpu());
                long heap = (begun.heapBytes() - before.heapBytes()) / CONNECTIONS / SLOTS;
                System.out.printf(
                        "[load] %d idle slots on %d connections: CPU %d ms in %d s, %d bytes of heap a"
                                + " slot; %s%n",
                        CONNECTIONS * SLOTS,
                        CONNECTIONS,
                        cpu.toMillis(),
                        MEASURED.toSeconds(),
                        heap,
                        begun);
                assertThat(cpu).isLessThan(LIMIT_CPU);
                assertThat(heap).isLessThan(LIMIT_HEAP_BYTES_PER_SLOT);
            } finally {
                for (AutoCloseable each : open) {
                    each.close();
                }
            }
            awaitNoSlots(node);
        }
    }

    private static List<ReadStream> connect(NodeProcess node, List<AutoCloseable> open) {
        List<ReadStream> readers = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            NodeChannel connection = NodeChannel.to(node);
            open.add(connection);
            ReadStream reader = new ReadStream(connection);
            reader.takeAll();
            for (int slot = 1; slot <= SLOTS; slot++) {
                reader.open(slot, "idle", slot - 1, ReadStream.latest(), 1 << 20);
            }
            readers.add(reader);
        }
        for (ReadStream reader : readers) {
            reader.await("its slots are open", LIMIT, () -> reader.opened() == SLOTS);
        }
        return readers;
    }

    /** CPU is measured over a time: here, and only here, its length is fixed. */
    private static void awaitMeasured() throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(MEASURED.toNanos());
    }

    private static void awaitNoSlots(NodeProcess node) throws IOException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (node.metric("taffrail_fetch_slots") > 0) {
            assertThat(System.nanoTime()).as("slots go with their streams").isLessThan(deadline);
            ReadStream.pause();
        }
    }
}
