// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.api.LogFailure;
import io.taffrail.model.LogError;
import io.taffrail.model.batch.Compression;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;

/** Whatever breaks: what is stored, and what is read back, is what was sent, once and in order. */
class DeliveryPropertiesTest {
    private static final List<LogError> PASSING =
            List.of(
                    LogError.LEADER_UNKNOWN,
                    LogError.RECONNECT,
                    LogError.NOT_ENOUGH_REPLICAS,
                    LogError.NOT_COMMITTED_IN_TIME,
                    LogError.STALE_EPOCH);

    @Property(tries = 25, shrinking = ShrinkingMode.OFF)
    void everyRecordIsStoredAndReadOnceAndInOrder(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 5) int partitions,
            @ForAll @IntRange(min = 1, max = 600) int perPartition,
            @ForAll @IntRange(min = 1, max = 8) int maxInFlight,
            @ForAll Compression compression) {
        Random random = new Random(seed);
        List<List<String>> sent = new ArrayList<>();
        try (FakeCluster cluster = new FakeCluster(3);
                TaffrailClient client = TaffrailClient.connect(cluster.bootstrap())) {
            cluster.createTopic("t", partitions);
            Producer producer =
                    client.newProducer(
                            ProducerSettings.defaults()
                                    .withCompression(compression)
                                    .withBatchBytes(100 + random.nextInt(2000))
                                    .withLinger(Duration.ofMillis(random.nextInt(3)))
                                    .withMaxBufferedBytes(50_000)
                                    .withRequestTimeout(Duration.ofMillis(800))
                                    .withMaxInFlight(maxInFlight));
            List<CompletableFuture<RecordMetadata>> answers = new ArrayList<>();
            for (int partition = 0; partition < partitions; partition++) {
                sent.add(new ArrayList<>());
            }
            for (int n = 0; n < perPartition; n++) {
                for (int partition = 0; partition < partitions; partition++) {
                    String value = partition + "/" + n;
                    sent.get(partition).add(value);
                    answers.add(
                            producer.send(ProducerRecord.of("t", value).withPartition(partition)));
                }
                if (random.nextInt(40) == 0) {
                    misbehave(cluster, random, partitions);
                }
            }
            producer.flush();

            assertThat(cluster.values("t")).isEqualTo(sent);
            for (CompletableFuture<RecordMetadata> answer : answers) {
                assertThat(answer.orTimeout(60, TimeUnit.SECONDS).join().partition().topic())
                        .isEqualTo("t");
            }
            assertThat(readAll(client, cluster, random, partitions)).isEqualTo(sent);
        }
    }

    private static void misbehave(FakeCluster cluster, Random random, int partitions) {
        FakeBroker broker = cluster.broker(random.nextInt(3));
        switch (random.nextInt(7)) {
            case 0 -> broker.misdeeds().breaksAfterStoring.incrementAndGet();
            case 1 -> broker.misdeeds().breaksBeforeStoring.incrementAndGet();
            case 2 ->
                    broker.misdeeds()
                            .closings
                            .add(
                                    LogFailure.of(
                                            PASSING.get(random.nextInt(PASSING.size())),
                                            "on purpose"));
            case 3 -> cluster.moveLeader("t", random.nextInt(partitions), random.nextInt(3));
            case 4 -> broker.breakStreams();
            case 5 -> {
                if (random.nextInt(4) == 0) {
                    broker.misdeeds().lostAnswers.set(1);
                }
            }
            default ->
                    cluster.partition("t", random.nextInt(partitions))
                            .limitBatchBytes(300 + random.nextInt(3000));
        }
    }

    private static List<List<String>> readAll(
            TaffrailClient client, FakeCluster cluster, Random random, int partitions) {
        List<List<String>> read = new ArrayList<>();
        try (Consumer consumer =
                client.newConsumer(
                        ConsumerSettings.defaults()
                                .withMaxPollRecords(1 + random.nextInt(50))
                                .withMaxBufferedBytes(64 << 10))) {
            for (int partition = 0; partition < partitions; partition++) {
                read.add(new ArrayList<>());
                consumer.assign(
                        PartitionRef.of("t", partition),
                        StartFrom.earliest(),
                        cluster.partition("t", partition).endOffset());
            }
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (!consumer.isFinished() && System.nanoTime() - deadline < 0) {
                for (ConsumerRecord each : consumer.poll(Duration.ofMillis(100))) {
                    read.get(each.partition())
                            .add(new String(each.value(), StandardCharsets.UTF_8));
                }
                if (random.nextInt(10) == 0) {
                    cluster.broker(random.nextInt(3)).breakStreams();
                } else if (random.nextInt(10) == 0) {
                    cluster.moveLeader("t", random.nextInt(partitions), random.nextInt(3));
                    cluster.broker(random.nextInt(3)).breakStreams();
                }
            }
            assertThat(consumer.isFinished()).isTrue();
        }
        return read;
    }
}
