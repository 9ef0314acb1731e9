// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taffrail.api.LogFailure;
import io.taffrail.client.admin.OffsetSpec;
import io.taffrail.client.connection.Connection;
import io.taffrail.client.connection.TopicInfo;
import io.taffrail.model.Clock;
import io.taffrail.model.LogError;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a client does when leaders die, hang and change. */
@Timeout(120)
class FailoverTest {
    private static final PartitionRef PARTITION = PartitionRef.of("t", 0);
    private static final Duration SHORT = Duration.ofMillis(100);

    private final FakeCluster cluster = new FakeCluster(3);
    private final TaffrailClient client = TaffrailClient.connect(cluster.bootstrapOfAll());

    @AfterEach
    void stop() {
        client.close();
        cluster.close();
    }

    private Producer producer() {
        return client.newProducer(
                ProducerSettings.defaults()
                        .withLinger(Duration.ofMillis(1))
                        .withRequestTimeout(Duration.ofMinutes(10))); // it must not be what helps
    }

    private static List<CompletableFuture<RecordMetadata>> send(
            Producer producer, int from, int end) {
        List<CompletableFuture<RecordMetadata>> sent = new ArrayList<>();
        for (int n = from; n < end; n++) {
            sent.add(producer.send(ProducerRecord.of("t", "v" + n).withPartition(0)));
        }
        return sent;
    }

    private static void awaitAll(List<CompletableFuture<RecordMetadata>> sent) {
        CompletableFuture.allOf(sent.toArray(new CompletableFuture<?>[0]))
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }

    private static List<String> values(int count) {
        return IntStream.range(0, count).mapToObj(n -> "v" + n).toList();
    }

    private void assertStored(int count) {
        assertThat(cluster.partition("t", 0).values()).isEqualTo(values(count));
    }

    @Test
    void aProducerGoesOnAtTheNextLeaderWhenItsOwnDies() {
        cluster.createTopic("t", 1);
        Producer producer = producer();
        awaitAll(send(producer, 0, 10));

        cluster.broker(0).stop();
        List<CompletableFuture<RecordMetadata>> sent = send(producer, 10, 20);
        Conditions.await(
                "another broker is asked", () -> cluster.broker(1).produceStreamsOpened.get() > 0);
        cluster.moveLeader("t", 0, 2);

        awaitAll(sent);
        assertStored(20);
    }

    /** Its news come from the same broker: that one's silence has to be noticed first. */
    @Test
    void aProducerLeavesALeaderThatHangs() {
        cluster.createTopic("t", 1);
        Producer producer = producer();
        awaitAll(send(producer, 0, 10));

        cluster.broker(0).hang();
        List<CompletableFuture<RecordMetadata>> sent = send(producer, 10, 20);
        cluster.moveLeader("t", 0, 1);

        awaitAll(sent);
        assertStored(20);
    }

    /** What the former leader stored and never acknowledged is sent again, and stored once. */
    @Test
    void whatTheFormerLeaderDidNotAnswerIsStoredOnce() {
        cluster.createTopic("t", 1);
        Producer producer = producer();
        awaitAll(send(producer, 0, 1));
        cluster.broker(0).misdeeds().holdsAnswers = true;
        List<CompletableFuture<RecordMetadata>> sent = send(producer, 1, 20);
        Conditions.await("something is stored", () -> cluster.partition("t", 0).endOffset() > 1);

        cluster.broker(0).hang();
        cluster.moveLeader("t", 0, 1);

        awaitAll(sent);
        assertStored(20);
    }

    /** It serves its clients well but for the acks that never come, and tells them no news. */
    @Test
    void aProducerLeavesALeaderThatIsCutOffFromTheOthers() {
        cluster.createTopic("t", 1);
        Producer producer = producer();
        awaitAll(send(producer, 0, 1));
        cluster.broker(0).misdeeds().holdsAnswers = true;
        cluster.broker(0).misdeeds().tellsNoNews = true;
        List<CompletableFuture<RecordMetadata>> sent = send(producer, 1, 2);
        Conditions.await("it is stored", () -> cluster.partition("t", 0).endOffset() == 2);

        cluster.moveLeader("t", 0, 1);

        awaitAll(sent);
        assertStored(2);
    }

    @Test
    void newsOfALeaderCutThePauseShort() {
        cluster.createTopic("t", 1);
        Producer producer = producer();
        awaitAll(send(producer, 0, 1));
        LogFailure overloaded =
                LogFailure.of(LogError.DISK_FULL, "full").retryAfter(Duration.ofMinutes(10));
        cluster.broker(0).misdeeds().closings.add(overloaded);
        List<CompletableFuture<RecordMetadata>> sent = send(producer, 1, 2);
        Conditions.await("it was refused", () -> cluster.broker(0).misdeeds().closings.isEmpty());

        cluster.moveLeader("t", 0, 1);

        awaitAll(sent);
        assertStored(2);
    }

    private static void readUpTo(Consumer consumer, List<String> read, int count) {
        Conditions.await(
                "record " + count,
                () -> {
                    for (ConsumerRecord next : consumer.poll(SHORT)) {
                        read.add(new String(next.value(), StandardCharsets.UTF_8));
                    }
                    return read.size() >= count;
                });
    }

    @Test
    void aConsumerLeavesALeaderThatHangs() {
        cluster.createTopic("t", 1);
        Producer producer = producer();
        awaitAll(send(producer, 0, 10));
        Consumer consumer = client.newConsumer();
        consumer.assign(PARTITION, StartFrom.earliest());
        List<String> read = new ArrayList<>();
        readUpTo(consumer, read, 10);

        cluster.broker(0).hang();
        cluster.moveLeader("t", 0, 1);
        awaitAll(send(producer, 10, 20));

        readUpTo(consumer, read, 20);
        assertThat(read).isEqualTo(values(20));
    }

    @Test
    void aConsumerGoesOnAtTheNextLeaderWhenItsOwnDies() {
        cluster.createTopic("t", 1);
        Producer producer = producer();
        awaitAll(send(producer, 0, 10));
        Consumer consumer = client.newConsumer();
        consumer.assign(PARTITION, StartFrom.earliest());
        List<String> read = new ArrayList<>();
        readUpTo(consumer, read, 10);

        cluster.broker(0).stop();
        cluster.moveLeader("t", 0, 1);
        awaitAll(send(producer, 10, 20));

        readUpTo(consumer, read, 20);
        assertThat(read).isEqualTo(values(20));
    }

    @Test
    void aQuestionIsAskedAgainAtAnotherBrokerWhenOneHangs() {
        cluster.createTopic("t", 1);
        cluster.broker(0).hang();
        try (TaffrailClient impatient =
                TaffrailClient.connect(
                        ClientSettings.of(cluster.bootstrapOfAll())
                                .withRequestTimeout(Duration.ofSeconds(6)))) {
            var found = impatient.admin().listOffsets(Map.of(PARTITION, OffsetSpec.latest()));
            assertThat(TaffrailClient.await(found)).containsKey(PARTITION);
        }
    }

    /** That a broker is slow to tell of a topic does not say that there is none. */
    @Test
    void allWhoAskForATopicWaitForTheFirstNewsOfIt() throws Exception {
        cluster.createTopic("t", 1);
        cluster.broker(0).misdeeds().tellsNoNews = true;
        ClientSettings settings = ClientSettings.of(cluster.bootstrap());
        try (Connection connection = new Connection(settings, Clock.SYSTEM)) {
            CompletableFuture<TopicInfo> first = connection.metadata().topic("t");
            CompletableFuture<TopicInfo> second = connection.metadata().topic("t");
            assertThatThrownBy(() -> second.get(2, TimeUnit.SECONDS))
                    .isInstanceOf(TimeoutException.class);

            cluster.broker(0).misdeeds().tellsNoNews = false;
            cluster.broker(0).tellTopics();

            assertThat(first.get(30, TimeUnit.SECONDS).partitionCount()).isEqualTo(1);
            assertThat(second).isCompleted();
        }
    }
}
