// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.api.v1.ConsumedRecord;
import io.taffrail.api.v1.Delivery;
import io.taffrail.api.v1.Demand;
import io.taffrail.api.v1.FetchOpen;
import io.taffrail.api.v1.FetchResponse;
import io.taffrail.broker.fetch.serve.ServingPath;
import io.taffrail.broker.testing.FakePartitionLeader;
import io.taffrail.logstore.FollowerAppendResult;
import io.taffrail.logstore.LogConfig;
import io.taffrail.model.batch.Compression;
import io.taffrail.model.batch.ProducedBatch;
import io.taffrail.model.batch.RecordBatchBuilder;
import io.taffrail.model.batch.RecordBatchLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/** Whatever the log, the credit and the sizes: a reader sees the log's records, in order. */
class FetchPropertyTest {
    private static final Compression[] CODECS = Compression.values();

    @Property(tries = 25, shrinking = ShrinkingMode.OFF)
    void aReaderSeesExactlyTheRecordsOfTheLog(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        Path directory = Files.createTempDirectory("fetch");
        ServingPath path = random.nextBoolean() ? ServingPath.INJECTED : ServingPath.COPIED;
        FetchLimits limits =
                new FetchLimits(
                        10,
                        1L << 30,
                        8 << 20,
                        1 << random.nextInt(21),
                        1L << 20,
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(random.nextInt(2) * 5L));
        try (FetchFixture fixture = new FetchFixture(directory, limits, path)) {
            LogConfig config = LogConfig.DEFAULT.withSegmentBytes(4096 << random.nextInt(4));
            FakePartitionLeader leader = fixture.lead("a", config);
            List<String> log = new ArrayList<>();
            int batches = 1 + random.nextInt(40);
            for (int i = 0; i < batches / 2; i++) {
                append(leader, random, log);
            }
            boolean decoded = random.nextInt(3) == 0;
            long start =
                    leader.logEndOffset() == 0 ? 0 : random.nextInt((int) leader.logEndOffset());
            FetchReader reader = fixture.reader();
            int slot = random.nextInt(3);
            reader.open(slot, open(random, decoded, start));
            for (int i = batches / 2; i < batches; i++) {
                append(leader, random, log);
            }
            List<String> expected = from(log, start);
            assertThat(readAll(reader, slot, decoded, start, expected.size())).isEqualTo(expected);
        } finally {
            delete(directory);
        }
    }

    private static FetchOpen.Builder open(Random random, boolean decoded, long start) {
        FetchOpen.Builder open = FetchFixture.openAt("a", start);
        open.setMaxResponseBytes(1 + random.nextInt(1 << random.nextInt(18)));
        open.setMinBytes(random.nextInt(2) * random.nextInt(2000)).setMaxWaitMs(5);
        open.setDemand(demand(random));
        if (decoded) {
            open.setDelivery(Delivery.DELIVERY_RECORDS);
        } else if (random.nextBoolean()) {
            open.addAcceptCompressionValue(1 + random.nextInt(5));
        }
        return open;
    }

    private static Demand.Builder demand(Random random) {
        Demand.Builder demand = Demand.newBuilder();
        if (random.nextBoolean()) {
            demand.setBytes(random.nextInt(5_000));
        }
        if (random.nextBoolean()) {
            demand.setRecords(random.nextInt(20));
        }
        return demand;
    }

    /** Grants until all has come; what is granted is spent, but for one batch. */
    private static List<String> readAll(
            FetchReader reader, int slot, boolean decoded, long start, int count) {
        List<String> seen = new ArrayList<>();
        long next = start;
        while (seen.size() < count) {
            reader.grant(slot, Demand.newBuilder().setBytes(3_000).setRecords(7));
            while (reader.hasNextSoon()) {
                FetchResponse answer = reader.next();
                assertThat(answer.hasClosed()).as("%s", answer).isFalse();
                assertThat(answer.getNext().getOffset()).isGreaterThanOrEqualTo(next);
                next = answer.getNext().getOffset();
                seen.addAll(decoded ? records(answer) : from(Batches.records(answer), start));
            }
        }
        return seen;
    }

    private static List<String> records(FetchResponse answer) {
        List<String> records = new ArrayList<>();
        long bytes = 0;
        for (ConsumedRecord consumed : answer.getRecordsList()) {
            records.add(consumed.getOffset() + ":" + consumed.getValue().toStringUtf8());
            bytes += consumed.getSerializedSize();
        }
        assertThat(answer.getCostBytes()).isEqualTo(bytes);
        return records;
    }

    private static List<String> from(List<String> records, long start) {
        return records.stream().filter(text -> offset(text) >= start).toList();
    }

    private static long offset(String text) {
        return Long.parseLong(text.substring(0, text.indexOf(':')));
    }

    /** One entry as a leader's log holds it after compaction: records and offsets are missing. */
    private static void append(FakePartitionLeader leader, Random random, List<String> log)
            throws IOException {
        long baseOffset = leader.logEndOffset() + (random.nextInt(4) == 0 ? random.nextInt(30) : 0);
        RecordBatchBuilder builder = new RecordBatchBuilder(CODECS[random.nextInt(CODECS.length)]);
        int delta = 0;
        int records = 1 + random.nextInt(8);
        for (int i = 0; i < records; i++) {
            delta += random.nextInt(4) == 0 ? random.nextInt(5) : 0;
            String value = "v" + random.nextInt(1000) + "x".repeat(random.nextInt(300));
            builder.appendAt(delta, 5, null, value.getBytes(StandardCharsets.UTF_8), List.of());
            log.add(baseOffset + delta + ":" + value);
            delta++;
        }
        ByteBuffer entry = entry(leader, builder.build(), baseOffset);
        OptionalInt epochBefore =
                leader.logEndOffset() == 0 ? OptionalInt.empty() : OptionalInt.of(1);
        assertThat(leader.log().appendAsFollower(entry, leader.logEndOffset(), epochBefore))
                .isInstanceOf(FollowerAppendResult.Appended.class);
        leader.commitTo(leader.logEndOffset());
    }

    private static ByteBuffer entry(
            FakePartitionLeader leader, ProducedBatch batch, long baseOffset) {
        ByteBuffer entry = ByteBuffer.allocate(batch.entryBytes());
        batch.writeHeader(entry);
        entry.put(batch.records()).flip();
        RecordBatchLayout.stamp(
                entry,
                0,
                baseOffset,
                1,
                7,
                leader.partition().topicId(),
                leader.partition().partition());
        return entry;
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
