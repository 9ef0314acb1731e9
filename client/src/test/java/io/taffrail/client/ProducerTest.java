// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.taffrail.api.LogFailure;
import io.taffrail.model.LogError;
import io.taffrail.model.batch.Compression;
import io.taffrail.model.batch.Partitioner;
import io.taffrail.model.batch.RecordBatchLayout;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(120)
class ProducerTest {
    private static final ProducerSettings QUICK =
            ProducerSettings.defaults().withLinger(Duration.ofMillis(1));

    private final FakeCluster cluster = new FakeCluster(2);
    private final TaffrailClient client = TaffrailClient.connect(cluster.bootstrap());

    @AfterEach
    void stop() {
        client.close();
        cluster.close();
    }

    private static ProducerRecord record(int n) {
        return ProducerRecord.of("t", "v" + n).withPartition(0);
    }

    private static List<String> values(int count) {
        return IntStream.range(0, count).mapToObj(n -> "v" + n).toList();
    }

    private static List<CompletableFuture<RecordMetadata>> send(Producer producer, int count) {
        List<CompletableFuture<RecordMetadata>> sent = new ArrayList<>();
        for (int n = 0; n < count; n++) {
            sent.add(producer.send(record(n)));
        }
        return sent;
    }

    private static TaffrailException failureOf(CompletableFuture<?> future) {
        try {
            future.orTimeout(60, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            return (TaffrailException) e.getCause();
        }
        throw new AssertionError("it did not fail");
    }

    @Test
    void tellsWhereEachRecordIs() {
        cluster.createTopic("t", 1);
        Producer producer = client.newProducer(QUICK);

        var first = producer.send(record(0).withTimestampMs(77));
        var second = producer.send(record(1));

        RecordMetadata where = TaffrailClient.await(first);
        assertThat(where.partition()).isEqualTo(PartitionRef.of("t", 0));
        assertThat(where.offset()).hasValue(0);
        assertThat(where.timestampMs()).isEqualTo(77);
        assertThat(where.appendTimeMs()).isEqualTo(FakePartition.APPEND_TIME_MS);
        assertThat(TaffrailClient.await(second).offset()).hasValue(1);
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void storesBatchesInEveryCodec(Compression compression) {
        cluster.createTopic("t", 1);
        Producer producer = client.newProducer(QUICK.withCompression(compression));

        send(producer, 100);
        producer.flush();

        assertThat(cluster.partition("t", 0).values()).isEqualTo(values(100));
        assertThat(RecordBatchLayout.compressionId(cluster.partition("t", 0).entry(0), 0))
                .isEqualTo(compression.id());
    }

    @Test
    void gathersRecordsWhileTheyLinger() {
        cluster.createTopic("t", 1);
        Producer producer = client.newProducer(QUICK.withLinger(Duration.ofMinutes(10)));

        List<CompletableFuture<RecordMetadata>> sent = send(producer, 50);
        assertThat(sent).noneMatch(CompletableFuture::isDone);
        producer.flush();

        assertThat(sent).allMatch(CompletableFuture::isDone);
        assertThat(cluster.partition("t", 0).entryCount()).isEqualTo(1);
    }

    @Test
    void sendsFullBatchesAtOnce() {
        cluster.createTopic("t", 1);
        Producer producer =
                client.newProducer(QUICK.withLinger(Duration.ofMinutes(10)).withBatchBytes(1000));

        var first = producer.send(record(0));
        send(producer, 300);

        assertThat(first.orTimeout(60, TimeUnit.SECONDS).join().offset()).hasValue(0);
    }

    @Test
    void putsKeysWhereEveryClientDoes() {
        cluster.createTopic("t", 5);
        Producer producer = client.newProducer(QUICK);

        for (int n = 0; n < 50; n++) {
            byte[] key = ("k" + n).getBytes(StandardCharsets.UTF_8);
            RecordMetadata where =
                    TaffrailClient.await(producer.send(ProducerRecord.of("t", key, key)));
            assertThat(where.partition().partition()).isEqualTo(Partitioner.partitionOf(key, 5));
        }
    }

    @Test
    void spreadsRecordsWithoutKeyOverPartitionsBatchByBatch() {
        cluster.createTopic("t", 4);
        Producer producer = client.newProducer(QUICK.withBatchBytes(500));

        List<CompletableFuture<RecordMetadata>> sent = new ArrayList<>();
        for (int n = 0; n < 2000; n++) {
            sent.add(producer.send(ProducerRecord.of("t", "v" + n)));
        }
        producer.flush();
        assertThat(sent).allMatch(CompletableFuture::isDone);

        assertThat(cluster.values("t")).noneMatch(List::isEmpty);
        assertThat(cluster.values("t").stream().mapToInt(List::size).sum()).isEqualTo(2000);
    }

    @Test
    void usesOneStreamForAllPartitionsOfABroker() {
        cluster.createTopic("t", 10);
        Producer producer = client.newProducer(QUICK);

        List<CompletableFuture<RecordMetadata>> sent = new ArrayList<>();
        for (int n = 0; n < 100; n++) {
            sent.add(producer.send(ProducerRecord.of("t", "v" + n).withPartition(n % 10)));
        }
        producer.flush();
        assertThat(sent).allMatch(CompletableFuture::isDone);

        assertThat(cluster.broker(0).produceStreamsOpened).hasValue(1);
        assertThat(cluster.broker(1).produceStreamsOpened).hasValue(1);
    }

    @Test
    void storesOnceWhatWasStoredWithoutAnAnswer() {
        cluster.createTopic("t", 1);
        cluster.broker(0).misdeeds().breaksAfterStoring.set(3);
        Producer producer = client.newProducer(QUICK.withBatchBytes(200));

        var sent = send(producer, 200);
        producer.flush();

        assertThat(cluster.broker(0).misdeeds().breaksAfterStoring).hasValue(0);
        assertThat(cluster.partition("t", 0).values()).isEqualTo(values(200));
        for (int n = 0; n < 200; n++) {
            assertThat(sent.get(n).join().offset()).hasValue(n);
        }
    }

    @Test
    void sendsAgainWhatNeverArrived() {
        cluster.createTopic("t", 1);
        cluster.broker(0).misdeeds().breaksBeforeStoring.set(3);
        Producer producer = client.newProducer(QUICK.withBatchBytes(200));

        send(producer, 200);
        producer.flush();

        assertThat(cluster.partition("t", 0).values()).isEqualTo(values(200));
    }

    @Test
    void givesUpAStreamThatNeverAnswers() {
        cluster.createTopic("t", 1);
        cluster.broker(0).misdeeds().lostAnswers.set(1);
        Producer producer = client.newProducer(QUICK.withRequestTimeout(Duration.ofMillis(300)));

        assertThat(TaffrailClient.await(producer.send(record(0))).offset()).hasValue(0);

        assertThat(cluster.broker(0).produceStreamsOpened).hasValueGreaterThan(1);
        assertThat(cluster.partition("t", 0).values()).isEqualTo(values(1));
    }

    @ParameterizedTest
    @EnumSource(
            value = LogError.class,
            names = {
                "LEADER_UNKNOWN",
                "SHUTTING_DOWN",
                "RECONNECT",
                "NOT_ENOUGH_REPLICAS",
                "NOT_COMMITTED_IN_TIME",
                "STALE_EPOCH"
            })
    void sendsAgainAfterErrorsThatPass(LogError error) {
        cluster.createTopic("t", 1);
        Producer producer = client.newProducer(QUICK.withBatchBytes(200));
        send(producer, 10);
        producer.flush();
        for (int n = 0; n < 3; n++) {
            cluster.broker(0).misdeeds().closings.add(LogFailure.of(error, "on purpose"));
        }

        List<CompletableFuture<RecordMetadata>> sent = new ArrayList<>();
        for (int n = 10; n < 100; n++) {
            sent.add(producer.send(record(n)));
        }
        producer.flush();
        assertThat(sent).allMatch(CompletableFuture::isDone);

        assertThat(cluster.broker(0).misdeeds().closings).isEmpty();
        assertThat(cluster.partition("t", 0).values()).isEqualTo(values(100));
    }

    @Test
    void followsTheLeader() {
        cluster.createTopic("t", 1);
        Producer producer = client.newProducer(QUICK);
        TaffrailClient.await(producer.send(record(0)));

        cluster.moveLeader("t", 0, 1);
        TaffrailClient.await(producer.send(record(1)));

        assertThat(cluster.broker(1).produceStreamsOpened).hasValue(1);
        assertThat(cluster.partition("t", 0).values()).isEqualTo(values(2));
    }

    @Test
    void goesOnWhenABrokerComesBack() {
        cluster.createTopic("t", 1);
        Producer producer = client.newProducer(QUICK);
        TaffrailClient.await(producer.send(record(0)));

        cluster.broker(0).stop();
        var sent = producer.send(record(1));
        cluster.broker(0).startAgain();

        assertThat(sent.orTimeout(60, TimeUnit.SECONDS).join().offset()).hasValue(1);
    }

    @Test
    void takesTheNextEpochWhenTheBrokerForgotTheProducer() {
        cluster.createTopic("t", 1);
        Producer producer = client.newProducer(QUICK);
        TaffrailClient.await(producer.send(record(0)));

        cluster.partition("t", 0).forgetProducers();
        List<CompletableFuture<RecordMetadata>> sent = new ArrayList<>();
        for (int n = 1; n < 50; n++) {
            sent.add(producer.send(record(n)));
        }
        producer.flush();
        assertThat(sent).allMatch(CompletableFuture::isDone);

        assertThat(cluster.partition("t", 0).values()).isEqualTo(values(50));
        assertThat(RecordBatchLayout.producerEpoch(cluster.partition("t", 0).entry(1), 0))
                .isEqualTo(1);
    }

    @Test
    void stopsWhenItIsFenced() {
        cluster.createTopic("t", 1);
        Producer producer = client.newProducer(QUICK);
        TaffrailClient.await(producer.send(record(0)));
        cluster.broker(0)
                .misdeeds()
                .closings
                .add(LogFailure.of(LogError.PRODUCER_FENCED, "a newer one"));

        assertThat(failureOf(producer.send(record(1))).reason()).contains(LogError.PRODUCER_FENCED);
        assertThat(failureOf(producer.send(record(2))).reason()).contains(LogError.PRODUCER_FENCED);
    }

    @Test
    void failsOnlyTheBatchThatIsInvalid() {
        cluster.createTopic("t", 1);
        Producer producer = client.newProducer(QUICK.withLinger(Duration.ZERO));
        TaffrailClient.await(producer.send(record(0)));
        cluster.broker(0)
                .misdeeds()
                .closings
                .add(LogFailure.of(LogError.INVALID_BATCH, "on purpose"));

        TaffrailException failure = failureOf(producer.send(ProducerRecord.of("t", "bad")));
        TaffrailClient.await(producer.send(record(1)));

        assertThat(failure.reason()).contains(LogError.INVALID_BATCH);
        assertThat(failure).hasMessageContaining("t-0").hasMessageContaining("127.0.0.1");
        assertThat(cluster.partition("t", 0).values()).isEqualTo(values(2));
    }

    @Test
    void dividesBatchesAboveTheTopicsLimit() {
        cluster.createTopic("t", 1);
        cluster.partition("t", 0).limitBatchBytes(400);
        Producer producer = client.newProducer(QUICK.withLinger(Duration.ofMinutes(1)));

        var sent = send(producer, 300);
        producer.flush();

        assertThat(cluster.partition("t", 0).values()).isEqualTo(values(300));
        assertThat(sent.get(299).join().offset()).hasValue(299);
    }

    @Test
    void dividesBatchesWhenTheLimitIsLoweredWhileItSends() {
        cluster.createTopic("t", 1);
        Producer producer = client.newProducer(QUICK.withLinger(Duration.ofMinutes(1)));
        TaffrailClient.await(flushed(producer, producer.send(record(0))));

        cluster.partition("t", 0).limitBatchBytes(400);
        List<CompletableFuture<RecordMetadata>> sent = new ArrayList<>();
        for (int n = 1; n < 300; n++) {
            sent.add(producer.send(record(n)));
        }
        producer.flush();
        assertThat(sent).allMatch(CompletableFuture::isDone);

        assertThat(cluster.partition("t", 0).values()).isEqualTo(values(300));
    }

    private static <T> T flushed(Producer producer, T sent) {
        producer.flush();
        return sent;
    }

    @Test
    void failsARecordThatNoBatchMayHold() {
        cluster.createTopic("t", 1);
        cluster.partition("t", 0).limitBatchBytes(400);
        Producer producer = client.newProducer(QUICK);

        TaffrailException failure =
                failureOf(producer.send(ProducerRecord.of("t", new byte[1000])));
        TaffrailClient.await(producer.send(record(0)));

        assertThat(failure.reason()).contains(LogError.BATCH_TOO_LARGE);
        assertThat(failure).hasMessageContaining("max.message.bytes, 400");
        assertThat(cluster.partition("t", 0).values()).isEqualTo(values(1));
    }

    @Test
    void blocksWhileTheBufferIsFullAndThenFailsTheRecord() {
        cluster.createTopic("t", 1);
        cluster.broker(0).misdeeds().holdsAnswers = true;
        Producer producer =
                client.newProducer(
                        QUICK.withMaxBufferedBytes(10_000).withMaxBlock(Duration.ofMillis(100)));
        List<CompletableFuture<RecordMetadata>> held = new ArrayList<>();
        for (int n = 0; n < 9; n++) {
            held.add(producer.send(ProducerRecord.of("t", new byte[1000])));
        }

        TaffrailException failure =
                failureOf(producer.send(ProducerRecord.of("t", new byte[1000])));

        assertThat(failure).hasMessageContaining("stayed full for 100 ms");
        cluster.broker(0).misdeeds().holdsAnswers = false;
        cluster.broker(0).breakStreams();
        producer.flush();
        assertThat(held).allSatisfy(sent -> assertThat(sent.join().offset()).isPresent());
        assertThat(TaffrailClient.await(producer.send(record(0))).offset()).hasValue(9);
    }

    @Test
    void failsWhatIsNotAcknowledgedInTime() {
        cluster.createTopic("t", 1);
        cluster.broker(0).misdeeds().holdsAnswers = true;
        Producer producer = client.newProducer(QUICK.withDeliveryTimeout(Duration.ofMillis(300)));

        TaffrailException failure = failureOf(producer.send(record(0)));

        assertThat(failure.code()).isEqualTo("DEADLINE_EXCEEDED");
        assertThat(failure).hasMessageContaining("t-0 was not acknowledged within 300 ms");
    }

    @Test
    void saysThatThereIsNoSuchTopic() {
        Producer producer = client.newProducer(QUICK);

        TaffrailException failure = failureOf(producer.send(record(0)));

        assertThat(failure.reason()).contains(LogError.UNKNOWN_TOPIC);
        assertThat(failure).hasMessage("there is no topic 't'");
    }

    @Test
    void waitsForATopicThatIsJustMade() {
        Producer producer = client.newProducer(QUICK);
        var sent =
                CompletableFuture.supplyAsync(() -> TaffrailClient.await(producer.send(record(0))));
        cluster.createTopic("t", 1);

        assertThat(sent.join().offset()).hasValue(0);
    }

    @Test
    void saysThatThereIsNoSuchPartition() {
        cluster.createTopic("t", 2);
        Producer producer = client.newProducer(QUICK);

        assertThat(failureOf(producer.send(record(0).withPartition(2))))
                .hasMessage("there is no partition 2 in topic 't': it has 2");
    }

    @Test
    void saysThatNoBrokerCanBeReached() {
        String address = cluster.bootstrap();
        cluster.close();
        try (TaffrailClient lost =
                TaffrailClient.connect(
                        ClientSettings.of(address).withConnectTimeout(Duration.ofMillis(100)))) {
            TaffrailException failure = failureOf(lost.newProducer(QUICK).send(record(0)));

            assertThat(failure)
                    .hasMessageContaining("cannot reach any of " + address)
                    .hasMessageContaining("connection refused; is a server running?");
        }
    }

    @Test
    void finishesWhatItHasWhenItIsClosed() {
        cluster.createTopic("t", 1);
        Producer producer = client.newProducer(QUICK.withLinger(Duration.ofMinutes(10)));
        var sent = send(producer, 100);

        producer.close();

        assertThat(sent).allSatisfy(each -> assertThat(each.join().offset()).isPresent());
        assertThatThrownBy(() -> producer.send(record(0)))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void failsWhatIsUnansweredWhenTheTimeToCloseIsOver() {
        cluster.createTopic("t", 1);
        cluster.broker(0).misdeeds().holdsAnswers = true;
        Producer producer = client.newProducer(QUICK);
        var sent = producer.send(record(0));

        producer.close(Duration.ofMillis(100));

        assertThat(sent)
                .failsWithin(Duration.ofSeconds(60))
                .withThrowableThat()
                .havingCause()
                .asInstanceOf(type(TaffrailException.class))
                .satisfies(why -> assertThat(why).hasMessageContaining("was closed before"));
    }
}
