// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.taffrail.api.LogFailure;
import io.taffrail.api.v1.FetchRequest;
import io.taffrail.client.ConsumerSettings.OutOfRangePolicy;
import io.taffrail.model.LogError;
import io.taffrail.model.batch.Compression;
import io.taffrail.model.batch.RecordBatchBuilder;
import io.taffrail.model.batch.RecordHeader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(120)
class ConsumerTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final PartitionRef P0 = PartitionRef.of("t", 0);
    private static final PartitionRef P1 = PartitionRef.of("t", 1);

    private final FakeCluster cluster = new FakeCluster(2);
    private final TaffrailClient client = TaffrailClient.connect(cluster.bootstrap());

    @AfterEach
    void stop() {
        client.close();
        cluster.close();
    }

    private static List<String> values(int from, int end) {
        return IntStream.range(from, end).mapToObj(n -> "v" + n).toList();
    }

    /** Stores values with these numbers, so many to a batch. */
    private void store(PartitionRef where, int from, int end, int perBatch) {
        store(where, from, end, perBatch, Compression.NONE);
    }

    private void store(PartitionRef where, int from, int end, int perBatch, Compression codec) {
        for (int n = from; n < end; n += perBatch) {
            RecordBatchBuilder batch = new RecordBatchBuilder(codec);
            for (int each = n; each < Math.min(end, n + perBatch); each++) {
                byte[] value = ("v" + each).getBytes(StandardCharsets.UTF_8);
                batch.append(1000 + each, null, value, List.of());
            }
            cluster.partition(where.topic(), where.partition()).append(batch.build(), 0);
        }
        cluster.broker(0).pumpReaders();
        cluster.broker(1).pumpReaders();
    }

    private static List<String> read(Consumer consumer, int count) {
        List<String> read = new ArrayList<>();
        while (read.size() < count) {
            List<ConsumerRecord> polled = consumer.poll(LONG);
            assertThat(polled).as("after %d of %d records", read.size(), count).isNotEmpty();
            polled.forEach(r -> read.add(new String(r.value(), StandardCharsets.UTF_8)));
        }
        return read;
    }

    private static TaffrailException failureOf(Consumer consumer) {
        return catchThrowableOfType(TaffrailException.class, () -> consumer.poll(LONG));
    }

    @Test
    void givesRecordsAsTheyWereSent() {
        cluster.createTopic("t", 1);
        RecordBatchBuilder batch = new RecordBatchBuilder(Compression.ZSTD);
        byte[] bytes = {1, 2, 3};
        batch.append(5, bytes, null, List.of(RecordHeader.of("h", bytes)));
        batch.append(9, (byte[]) null, new byte[0], List.of());
        cluster.partition("t", 0).append(batch.build(), 7);
        Consumer consumer = client.newConsumer();
        consumer.assign(P0, StartFrom.earliest());

        List<ConsumerRecord> records = consumer.poll(LONG);

        assertThat(records).hasSize(2);
        ConsumerRecord first = records.get(0);
        assertThat(first.partitionRef()).isEqualTo(P0);
        assertThat(first.offset()).isZero();
        assertThat(first.leaderEpoch()).isEqualTo(7);
        assertThat(first.timestampMs()).isEqualTo(5);
        assertThat(first.appendTimeMs()).isEqualTo(FakePartition.APPEND_TIME_MS);
        assertThat(first.key()).isEqualTo(bytes);
        assertThat(first.value()).isNull();
        assertThat(first.headers()).hasSize(1);
        assertThat(first.headers().get(0).value()).isEqualTo(ByteBuffer.wrap(bytes));
        ConsumerRecord second = records.get(1);
        assertThat(second.offset()).isEqualTo(1);
        assertThat(second.timestampMs()).isEqualTo(9);
        assertThat(second.key()).isNull();
        assertThat(second.value()).isEmpty();
        assertThat(second.headers()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void readsEveryCodec(Compression codec) {
        cluster.createTopic("t", 1);
        store(P0, 0, 100, 10, codec);
        Consumer consumer = client.newConsumer();
        consumer.assign(P0, StartFrom.earliest());

        assertThat(read(consumer, 100)).isEqualTo(values(0, 100));
    }

    @Test
    void beginsInTheMiddleOfABatch() {
        cluster.createTopic("t", 1);
        store(P0, 0, 100, 30);
        Consumer consumer = client.newConsumer();
        consumer.assign(P0, StartFrom.offset(45));

        assertThat(read(consumer, 55)).isEqualTo(values(45, 100));
        assertThat(consumer.position(P0).offset()).hasValue(100);
    }

    @Test
    void endsInTheMiddleOfABatch() {
        cluster.createTopic("t", 1);
        store(P0, 0, 100, 30);
        Consumer consumer = client.newConsumer();
        consumer.assign(P0, StartFrom.earliest(), 50);

        assertThat(read(consumer, 50)).isEqualTo(values(0, 50));
        assertThat(consumer.poll(LONG)).isEmpty();
        assertThat(consumer.isFinished()).isTrue();
    }

    @Test
    void isFinishedAtOnceWithNothingBeforeTheEnd() {
        cluster.createTopic("t", 1);
        Consumer consumer = client.newConsumer();
        consumer.assign(P0, StartFrom.earliest(), 0);

        assertThat(consumer.poll(LONG)).isEmpty();
        assertThat(consumer.isFinished()).isTrue();
    }

    @Test
    void readsTheLastRecords() {
        cluster.createTopic("t", 1);
        store(P0, 0, 100, 30);
        Consumer consumer = client.newConsumer();
        consumer.assign(P0, StartFrom.lastRecords(7));

        assertThat(read(consumer, 7)).isEqualTo(values(93, 100));
    }

    @Test
    void waitsForWhatIsAppended() {
        cluster.createTopic("t", 1);
        store(P0, 0, 10, 10);
        Consumer consumer = client.newConsumer();
        consumer.assign(P0, StartFrom.latest());
        Conditions.await("an open slot", () -> consumer.position(P0).offset().isPresent());

        store(P0, 10, 20, 5);

        assertThat(read(consumer, 10)).isEqualTo(values(10, 20));
        assertThat(consumer.highWatermark(P0)).hasValue(20);
    }

    @Test
    void returnsNoMoreThanAskedFor() {
        cluster.createTopic("t", 1);
        store(P0, 0, 100, 100);
        Consumer consumer = client.newConsumer(ConsumerSettings.defaults().withMaxPollRecords(30));
        consumer.assign(P0, StartFrom.earliest());

        assertThat(consumer.poll(LONG)).hasSize(30);
        assertThat(consumer.position(P0).offset()).hasValue(30);
        assertThat(consumer.poll(LONG)).hasSize(30);
    }

    @Test
    void servesPartitionsInTurnOverOneStreamToEachBroker() {
        cluster.createTopic("t", 4);
        for (int partition = 0; partition < 4; partition++) {
            store(PartitionRef.of("t", partition), 0, 1000, 1000);
        }
        Consumer consumer = client.newConsumer(ConsumerSettings.defaults().withMaxPollRecords(1));
        consumer.assignAll("t", StartFrom.earliest());
        Set<PartitionRef> arrived = new HashSet<>(); // each all at once, in one batch
        while (arrived.size() < 4) {
            PartitionRef next = partitionOfNext(consumer);
            assertThat(arrived.add(next)).as("%s is paused", next).isTrue();
            consumer.pause(Set.of(next)); // or it is read to its end before the last one arrives
        }
        consumer.resume(arrived);

        List<PartitionRef> served = new ArrayList<>();
        for (int n = 0; n < 40; n++) {
            served.add(partitionOfNext(consumer));
        }

        for (int n = 0; n < served.size(); n += 4) {
            assertThat(served.subList(n, n + 4)).doesNotHaveDuplicates();
        }
        assertThat(cluster.broker(0).fetchStreamsOpened).hasValue(1);
        assertThat(cluster.broker(1).fetchStreamsOpened).hasValue(1);
    }

    private static PartitionRef partitionOfNext(Consumer consumer) {
        List<ConsumerRecord> polled = consumer.poll(LONG);
        assertThat(polled).as("a poll of one record").hasSize(1);
        return polled.get(0).partitionRef();
    }

    @Test
    void neitherLosesNorRepeatsRecordsWhenStreamsBreak() {
        cluster.createTopic("t", 1);
        store(P0, 0, 500, 7);
        cluster.broker(0).misdeeds().breaksAfterFetching.set(5);
        Consumer consumer = client.newConsumer(ConsumerSettings.defaults().withMaxPollRecords(3));
        consumer.assign(P0, StartFrom.earliest());

        assertThat(read(consumer, 500)).isEqualTo(values(0, 500));
        assertThat(cluster.broker(0).misdeeds().breaksAfterFetching).hasValue(0);
    }

    @Test
    void staysWhereLatestWasWhenStreamsBreak() {
        cluster.createTopic("t", 1);
        store(P0, 0, 10, 10);
        Consumer consumer = client.newConsumer();
        consumer.assign(P0, StartFrom.latest());
        Conditions.await("an open slot", () -> consumer.position(P0).offset().isPresent());

        cluster.broker(0).stop();
        store(P0, 10, 20, 5);
        cluster.broker(0).startAgain();

        assertThat(read(consumer, 10)).isEqualTo(values(10, 20));
    }

    @Test
    void followsTheLeader() {
        cluster.createTopic("t", 1);
        store(P0, 0, 10, 10);
        Consumer consumer = client.newConsumer();
        consumer.assign(P0, StartFrom.earliest());
        List<String> read = new ArrayList<>(read(consumer, 10));

        cluster.moveLeader("t", 0, 1);
        cluster.broker(0).breakStreams();
        store(P0, 10, 20, 10);
        read.addAll(read(consumer, 10));

        assertThat(read).isEqualTo(values(0, 20));
        assertThat(cluster.broker(1).fetchStreamsOpened).hasValueGreaterThan(0);
    }

    @Test
    void asksForNoMoreThanItMayBuffer() {
        cluster.createTopic("t", 1);
        int window = 64 << 10;
        store(P0, 0, 30_000, 100);
        Consumer consumer =
                client.newConsumer(ConsumerSettings.defaults().withMaxBufferedBytes(window));
        consumer.assign(P0, StartFrom.earliest());

        long returned = 0;
        while (returned < 30_000) {
            returned += consumer.poll(LONG).size();
        }

        long granted =
                cluster.broker(0).fetchRequests.stream().mapToLong(ConsumerTest::credit).sum();
        long cost = 0;
        for (int n = 0; n < cluster.partition("t", 0).entryCount(); n++) {
            cost += cluster.partition("t", 0).entry(n).remaining();
        }
        assertThat(granted).isBetween(window + 1L, window + cost);
        assertThat(cluster.broker(0).fetchRequests.peek().getOpen().getDemand().getBytes())
                .isEqualTo(window);
    }

    private static long credit(FetchRequest request) {
        return request.hasOpen()
                ? request.getOpen().getDemand().getBytes()
                : request.getDemand().getBytes();
    }

    @Test
    void givesNoCreditForWhatIsNotPolled() {
        cluster.createTopic("t", 1);
        store(P0, 0, 30_000, 100);
        Consumer consumer =
                client.newConsumer(ConsumerSettings.defaults().withMaxBufferedBytes(64 << 10));
        consumer.assign(P0, StartFrom.earliest());
        Conditions.await("records", () -> consumer.highWatermark(P0).isPresent());
        consumer.pause(List.of(P0));

        assertThat(consumer.poll(Duration.ofMillis(200))).isEmpty();

        assertThat(cluster.broker(0).fetchRequests).hasSize(1);
        consumer.resume(List.of(P0));
        assertThat(read(consumer, 30_000)).isEqualTo(values(0, 30_000));
    }

    @Test
    void saysThatAnOffsetIsOutOfRangeUntilItIsSought() {
        cluster.createTopic("t", 2);
        store(P0, 0, 10, 10);
        Consumer consumer = client.newConsumer();
        consumer.assign(P0, StartFrom.offset(11));

        TaffrailException failure = failureOf(consumer);

        assertThat(failure.reason()).contains(LogError.OFFSET_OUT_OF_RANGE);
        assertThat(failure).hasMessageContaining("t-0");
        assertThat(failureOf(consumer).reason()).contains(LogError.OFFSET_OUT_OF_RANGE);
        consumer.seek(P0, StartFrom.offset(3));
        assertThat(read(consumer, 7)).isEqualTo(values(3, 10));
    }

    @Test
    void goesToTheLogStartIfItMay() {
        cluster.createTopic("t", 1);
        store(P0, 0, 10, 1);
        cluster.partition("t", 0).deleteBefore(5);
        Consumer consumer =
                client.newConsumer(
                        ConsumerSettings.defaults().withOutOfRange(OutOfRangePolicy.EARLIEST));
        consumer.assign(P0, StartFrom.offset(2));

        assertThat(read(consumer, 5)).isEqualTo(values(5, 10));
    }

    @Test
    void goesToTheHighWatermarkIfItMay() {
        cluster.createTopic("t", 1);
        store(P0, 0, 10, 10);
        Consumer consumer =
                client.newConsumer(
                        ConsumerSettings.defaults().withOutOfRange(OutOfRangePolicy.LATEST));
        consumer.assign(P0, StartFrom.offset(99));
        Conditions.await("a new position", () -> consumer.position(P0).offset().orElse(-1) == 10);

        store(P0, 10, 12, 1);

        assertThat(read(consumer, 2)).isEqualTo(values(10, 12));
    }

    @Test
    void saysThatTheLogWasTruncated() {
        cluster.createTopic("t", 1);
        store(P0, 0, 10, 10);
        cluster.broker(0)
                .misdeeds()
                .closings
                .add(
                        LogFailure.of(LogError.LOG_TRUNCATED, "cut")
                                .with("diverging_offset", 4)
                                .with("diverging_epoch", 1));
        Consumer consumer = client.newConsumer();
        consumer.assign(P0, StartFrom.offset(8, 3));

        TaffrailException failure = failureOf(consumer);

        assertThat(failure.reason()).contains(LogError.LOG_TRUNCATED);
        assertThat(failure.metadata()).containsEntry("diverging_offset", "4");
    }

    @Test
    void goesOnWhereTheLogWasCutIfItMay() {
        cluster.createTopic("t", 1);
        store(P0, 0, 10, 10);
        cluster.broker(0)
                .misdeeds()
                .closings
                .add(LogFailure.of(LogError.LOG_TRUNCATED, "cut").with("diverging_offset", 4));
        Consumer consumer =
                client.newConsumer(
                        ConsumerSettings.defaults().withOutOfRange(OutOfRangePolicy.LATEST));
        consumer.assign(P0, StartFrom.offset(8, 3));

        assertThat(read(consumer, 6)).isEqualTo(values(4, 10));
    }

    @Test
    void noticesDamagedRecords() {
        cluster.createTopic("t", 1);
        store(P0, 0, 10, 10);
        ByteBuffer entry = cluster.partition("t", 0).entry(0);
        entry.put(entry.limit() - 1, (byte) ~entry.get(entry.limit() - 1));
        Consumer consumer = client.newConsumer();
        consumer.assign(P0, StartFrom.earliest());

        assertThat(failureOf(consumer).reason()).contains(LogError.CORRUPT_LOG);
    }

    @Test
    void seeksBackAndForth() {
        cluster.createTopic("t", 1);
        store(P0, 0, 100, 9);
        Consumer consumer = client.newConsumer(ConsumerSettings.defaults().withMaxPollRecords(10));
        consumer.assign(P0, StartFrom.earliest());
        assertThat(read(consumer, 9)).startsWith("v0");

        consumer.seek(P0, StartFrom.offset(90));
        assertThat(read(consumer, 10)).isEqualTo(values(90, 100));
        consumer.seek(P0, StartFrom.offset(50));

        assertThat(read(consumer, 50)).isEqualTo(values(50, 100));
    }

    @Test
    void returnsNothingOfAPausedPartition() {
        cluster.createTopic("t", 2);
        store(P0, 0, 10, 10);
        store(P1, 0, 10, 10);
        Consumer consumer = client.newConsumer();
        consumer.assign(P0, StartFrom.earliest());
        consumer.assign(P1, StartFrom.earliest());
        consumer.pause(List.of(P0));

        assertThat(consumer.poll(LONG)).allMatch(r -> r.partition() == 1).hasSize(10);
        assertThat(consumer.paused()).containsExactly(P0);
        consumer.resume(List.of(P0));
        assertThat(consumer.poll(LONG)).allMatch(r -> r.partition() == 0).hasSize(10);
    }

    @Test
    void findsTheEndsOfPartitions() {
        cluster.createTopic("t", 2);
        store(P0, 0, 10, 10);
        cluster.partition("t", 0).deleteBefore(4);
        Consumer consumer = client.newConsumer();

        assertThat(consumer.endOffsets(List.of(P0, P1))).isEqualTo(Map.of(P0, 10L, P1, 0L));
        assertThat(consumer.beginningOffsets(List.of(P0))).isEqualTo(Map.of(P0, 4L));
    }

    @Test
    void saysThatThereIsNoSuchTopic() {
        Consumer consumer = client.newConsumer();
        consumer.assign(P0, StartFrom.earliest());

        assertThat(failureOf(consumer)).hasMessage("there is no topic 't'");
    }

    @Test
    void saysThatNoBrokerCanBeReached() {
        String address = cluster.bootstrap();
        cluster.close();
        try (TaffrailClient lost =
                TaffrailClient.connect(
                        ClientSettings.of(address).withConnectTimeout(Duration.ofMillis(100)))) {
            Consumer consumer = lost.newConsumer();
            consumer.assign(P0, StartFrom.earliest());

            assertThat(failureOf(consumer))
                    .hasMessageContaining("cannot reach any of " + address)
                    .hasMessageContaining("connection refused; is a server running?");
        }
    }

    @Test
    void wakesUpAPollThatWaits() {
        cluster.createTopic("t", 1);
        Consumer consumer = client.newConsumer();
        consumer.assign(P0, StartFrom.earliest());
        var polled = CompletableFuture.supplyAsync(() -> consumer.poll(Duration.ofMinutes(10)));

        consumer.wakeup();

        assertThat(polled).succeedsWithin(LONG).isEqualTo(List.of());
    }
}
