// SPDX-License-Identifier: Apache-2.0
package io.taffrail.node.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.api.v1.Position;
import io.taffrail.api.v1.RecordBatch;
import io.taffrail.api.v1.StartPosition;
import io.taffrail.node.NodeProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Readers that do not keep up cost a node nothing but what it promised them; it has a small heap
 * and ends when that is full.
 */
class SlowReaderTest {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final long MB = 1 << 20;
    private static final int BATCH_RECORDS = 60;
    private static final int VALUE_BYTES = 8 << 10;

    /** What memory may swing by: the pools' chunks, and garbage that a young collection leaves. */
    private static final long SLACK_BYTES = 32 * MB;

    @TempDir static Path folder;

    private static NodeProcess node;
    private static NodeChannel channel;

    @BeforeAll
    static void start() throws IOException {
        node =
                NodeProcess.start(
                        folder,
                        List.of("-Xmx128m", "-XX:+ExitOnOutOfMemoryError"),
                        List.of("disk.reserve.bytes=0"));
        channel = NodeChannel.to(node);
    }

    @AfterAll
    static void stop() {
        if (node != null) {
            channel.close();
            node.close();
        }
    }

    @Test
    void readersThatStopReadingHoldNoMemoryWhileMuchIsProduced() throws IOException {
        holdsMemoryFlat("flat", 256 * MB);
    }

    @Test
    @Tag("soak")
    void readersThatStopReadingHoldNoMemoryWhileAGigabyteIsProduced() throws IOException {
        holdsMemoryFlat("flat-soak", 1024 * MB);
    }

    private static void holdsMemoryFlat(String topic, long bytes) throws IOException {
        channel.createTopic(topic, 1);
        try (Bystander bystander = new Bystander(node, topic + "-bystander");
                NodeChannel crediting = NodeChannel.to(node);
                NodeChannel stopped = NodeChannel.to(node);
                NodeChannel keeping = NodeChannel.to(node);
                ReadStream credit = new ReadStream(crediting);
                ReadStream none = new ReadStream(stopped);
                ReadStream all = new ReadStream(keeping)) {
            credit.open(1, topic, 0, ReadStream.earliest(), MB);
            credit.takeAll();
            none.open(1, topic, 0, ReadStream.earliest());
            none.take(1); // where it begins, and nothing after it
            all.grantBack(1);
            all.open(1, topic, 0, ReadStream.earliest(), 8 * MB);
            all.takeAll();
            NodeFigures before = NodeFigures.afterCollection(node);
            NodeFigures worst = before;
            long total;
            long begun = System.nanoTime();
            try (AppendStream producer = new AppendStream(channel, topic)) {
                RecordBatch batch = Batches.random(1, BATCH_RECORDS, VALUE_BYTES);
                long batches = bytes / batch.getSerializedSize();
                for (long i = 0; i < batches; i++) {
                    producer.append(0, batch);
                    if (i % 64 == 0) {
                        worst = worst.max(NodeFigures.now(node));
                    }
                }
                producer.flush();
                total = batches * BATCH_RECORDS;
            }
            all.await("who keeps up has everything", LIMIT, () -> all.records() == total);
            long millis = (System.nanoTime() - begun) / 1_000_000;
            NodeFigures after = NodeFigures.afterCollection(node);
            print(topic + ": before: " + before);
            print(topic + ": worst:  " + worst);
            print(topic + ": after:  " + after + ", " + (bytes / MB) + " MB in " + millis + " ms");
            assertThat(after.heapBytes()).isLessThan(before.heapBytes() + SLACK_BYTES);
            assertThat(worst.directBytes()).isLessThan(before.directBytes() + 2 * SLACK_BYTES);
            assertThat(worst.heldBytes()).isLessThan(SLACK_BYTES);
            assertThat(credit.costBytes())
                    .as("one batch above its credit at most")
                    .isLessThan(MB + BATCH_RECORDS * (VALUE_BYTES + 100));
            bystander.awaitRoundTrips(3);

            none.takeAll();
            none.await("who begins to read gets everything", LIMIT, () -> none.records() == total);
            credit.grantBack(1);
            credit.grant(1, 8 * MB);
            credit.await(
                    "who grants again gets everything", LIMIT, () -> credit.records() == total);
            bystander.checkUndisturbed();
            print(
                    topic
                            + ": bystander: "
                            + bystander.roundTrips()
                            + " round trips, slowest "
                            + bystander.slowest().toMillis()
                            + " ms");
        }
    }

    @Test
    void aReaderThatIsKilledAndComesBackMissesAndRepeatsNothing() {
        String topic = "killed";
        int batches = 2000;
        Random random = new Random(7);
        channel.createTopic(topic, 1);
        CompletableFuture<Void> produced =
                CompletableFuture.runAsync(
                        () -> {
                            try (AppendStream producer = new AppendStream(channel, topic)) {
                                RecordBatch batch = Batches.random(2, 16, 1 << 10);
                                for (int i = 0; i < batches; i++) {
                                    producer.append(0, batch);
                                }
                                producer.flush();
                            }
                        });
        long records = 0;
        int kills = 0;
        StartPosition start = ReadStream.earliest();
        long processed = 0;
        while (processed < batches * 16L) {
            try (NodeChannel own = NodeChannel.to(node);
                    ReadStream reader = new ReadStream(own)) {
                reader.grantBack(0);
                reader.open(0, topic, 0, start, MB);
                reader.takeAll();
                long goal =
                        Math.min(batches * 16L, processed + 16L + random.nextInt(batches * 16 / 6));
                long from = processed;
                reader.await("some records", LIMIT, () -> from + reader.records() >= goal);
                own.breakOff();
                Position next = reader.next(0);
                records += reader.records();
                processed = next.getOffset();
                start = StartPosition.newBuilder().setPosition(next).build();
                kills++;
            }
        }
        produced.join();
        assertThat(processed).isEqualTo(batches * 16L);
        assertThat(records).as("each record once").isEqualTo(processed);
        assertThat(kills).isGreaterThan(3);
    }

    private static void print(String line) {
        System.out.println("[load] " + line);
    }
}
