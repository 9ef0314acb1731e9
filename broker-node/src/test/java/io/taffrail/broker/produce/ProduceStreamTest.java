// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.produce;

import static io.taffrail.broker.produce.ProduceClient.on;
import static io.taffrail.broker.produce.ProduceClient.openOf;
import static io.taffrail.broker.produce.TestBatches.batch;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status.Code;
import io.taffrail.api.LogFailure;
import io.taffrail.api.v1.Acks;
import io.taffrail.api.v1.Opened;
import io.taffrail.api.v1.ProduceAck;
import io.taffrail.api.v1.ProduceOpen;
import io.taffrail.api.v1.Routing;
import io.taffrail.broker.replication.PartitionLookup;
import io.taffrail.broker.replication.PartitionQuery;
import io.taffrail.broker.testing.FakeClusterView;
import io.taffrail.broker.testing.FakePartitionLeader;
import io.taffrail.logstore.LogConfig;
import io.taffrail.model.HostPort;
import io.taffrail.model.LogError;
import io.taffrail.model.TopicPartition;
import io.taffrail.model.batch.Compression;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One slot, number 0: the partition of its stream. */
class ProduceStreamTest {
    @TempDir Path directory;
    private ProduceFixture fixture;

    @BeforeEach
    void start() {
        fixture = new ProduceFixture(directory);
    }

    @AfterEach
    void stop() throws Exception {
        fixture.close();
    }

    @Test
    void saysWhatWasOpenedBeforeAnythingElse() {
        fixture.lead(0).setPartitionCount(4);

        ProduceClient client = fixture.produce();
        client.send(
                on(0).setOpen(
                                openOf(0).toBuilder()
                                        .setTopicId(ProduceFixture.ORDERS.toString())
                                        .setLeaderEpoch(1))
                        .addRecords(ProduceFixture.newRecord("a")));

        Opened opened = client.opened(0);
        assertThat(opened.getTopicId()).isEqualTo(ProduceFixture.ORDERS.toString());
        assertThat(opened.getClusterId()).isEqualTo(FakeClusterView.CLUSTER_ID);
        assertThat(opened.getLeaderId()).isEqualTo(ProduceFixture.BROKER_ID);
        assertThat(opened.getLeaderAddress()).isEqualTo("broker-3:9650");
        assertThat(opened.getLeaderEpoch()).isEqualTo(1);
        assertThat(opened.getForwarded()).isFalse();
        assertThat(opened.getPartitionCount()).isEqualTo(4);
        assertThat(opened.getMaxBatchBytes()).isEqualTo(1 << 20);
        assertThat(opened.getMaxInFlight()).isEqualTo(32);
        assertThat(opened.getIdleIntervalMs()).isEqualTo(30_000);
        assertThat(opened.getFeatureLevel()).isEqualTo(1);
        assertThat(opened.hasNext()).isFalse();
        assertThat(client.ack().getBaseOffset()).isZero();
        assertThat(fixture.partitions.queries())
                .containsExactly(
                        new PartitionQuery(
                                "orders",
                                0,
                                Optional.of(ProduceFixture.ORDERS),
                                OptionalInt.of(1)));
    }

    @Test
    void answersPipelinedRequestsInOrder() throws Exception {
        FakePartitionLeader leader = fixture.lead(0);
        ProduceClient client = fixture.produce().open(0, 0);
        List<String> sent = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            client.records(0, "r" + i, "s" + i);
            sent.add("r" + i);
            sent.add("s" + i);
        }
        client.opened(0);
        for (int i = 0; i < 30; i++) {
            ProduceAck ack = client.ack();
            assertThat(ack.getBaseOffset()).isEqualTo(2L * i);
            assertThat(ack.getLastOffset()).isEqualTo(2L * i + 1);
            assertThat(ack.getAppendTimeMs()).isPositive();
            assertThat(ack.getDuplicate()).isFalse();
        }
        assertThat(TestBatches.read(leader.log())).isEqualTo(sent);
        assertThat(fixture.observer.acknowledgedRecords).hasValue(60);
    }

    @Test
    void keepsTheOrderOfLargeAndSmallRequests() throws Exception {
        FakePartitionLeader leader = fixture.lead(0);
        String large = "x".repeat(100_000);
        fixture.worker.shut();
        ProduceClient client = fixture.produce().open(0, 0);
        client.records(0, "a").records(0, large).records(0, "b");
        client.batches(0, batch(Compression.ZSTD, "c")).records(0, "d");
        client.opened(0);

        assertThat(client.ack().getBaseOffset()).isZero();
        client.saysNothing(); // the large one waits for a worker, and the others behind it
        fixture.worker.open();

        for (int offset = 1; offset < 5; offset++) {
            assertThat(client.ack().getBaseOffset()).isEqualTo(offset);
        }
        assertThat(TestBatches.read(leader.log())).containsExactly("a", large, "b", "c", "d");
    }

    @Test
    void acknowledgesWhatIsCommittedAndNothingElse() throws Exception {
        FakePartitionLeader leader = fixture.lead(0);
        leader.holdCommits();
        ProduceClient client = fixture.produce().open(0, 0);
        client.records(0, "a").records(0, "b").records(0, "c");
        client.opened(0);
        client.saysNothing();

        Waiting.until(() -> leader.logEndOffset() == 3);
        leader.commitTo(2);
        assertThat(client.ack().getBaseOffset()).isZero();
        assertThat(client.ack().getBaseOffset()).isEqualTo(1);
        client.saysNothing();
    }

    @Test
    void acksOfTheLeaderWaitForNobody() {
        fixture.lead(0).holdCommits();
        ProduceClient client = fixture.produce();
        client.send(on(0).setOpen(openOf(0).toBuilder().setAcks(Acks.ACKS_LEADER)));
        client.records(0, "a");
        client.opened(0);
        assertThat(client.ack().getBaseOffset()).isZero();
    }

    @Test
    void endsWithNotCommittedInTime() {
        fixture.lead(0).holdCommits();
        ProduceClient client = fixture.produce();
        client.send(on(0).setOpen(openOf(0).toBuilder().setTimeoutMs(50)));
        client.records(0, "a");
        client.opened(0);
        assertThat(client.endedFor().error()).isEqualTo(LogError.NOT_COMMITTED_IN_TIME);
    }

    @Test
    void aDuplicateIsASuccessThatSaysSo() {
        fixture.lead(0);
        ProduceClient client = fixture.produce().open(0, 0);
        client.batches(0, batch(7, 0, 0, "a", "b"));
        client.batches(0, batch(7, 0, 0, "a", "b"));
        client.batches(0, batch(7, 0, 0, "a", "b"), batch(7, 0, 2, "c"));
        client.opened(0);

        ProduceAck first = client.ack();
        ProduceAck second = client.ack();
        assertThat(second).isEqualTo(first.toBuilder().setDuplicate(true).build());
        ProduceAck half = client.ack();
        assertThat(half.getDuplicate()).isFalse();
        assertThat(half.getBaseOffset()).isZero();
        assertThat(half.getLastOffset()).isEqualTo(2);
    }

    @Test
    void aDuplicateThatIsForgottenHasNoOffsets() {
        fixture.lead(0);
        ProduceClient client = fixture.produce().open(0, 0);
        client.opened(0);
        for (int sequence = 0; sequence < 40; sequence++) {
            client.batches(0, batch(7, 0, sequence, "a"));
            client.ack();
        }
        client.batches(0, batch(7, 0, 0, "a"));
        assertThat(client.ack()).isEqualTo(ProduceAck.newBuilder().setDuplicate(true).build());
    }

    @Test
    void aFailureIsAnsweredAfterWhatCameBeforeIt() throws Exception {
        FakePartitionLeader leader = fixture.lead(0);
        leader.holdCommits();
        ProduceClient client = fixture.produce().open(0, 0);
        client.batches(0, batch(7, 0, 0, "a"));
        client.batches(0, batch(7, 0, 5, "gap"));
        client.batches(0, batch(7, 0, 1, "behind the failure"));
        client.opened(0);
        client.saysNothing();
        leader.releaseCommits();

        assertThat(client.ack().getBaseOffset()).isZero();
        LogFailure failure = client.endedFor();
        assertThat(failure.error()).isEqualTo(LogError.OUT_OF_ORDER_SEQUENCE);
        assertThat(failure.metadata()).containsEntry("expected_sequence", "1");
        assertThat(TestBatches.read(leader.log())).containsExactly("a");
        assertThat(fixture.observer.failures).containsExactly("OUT_OF_ORDER_SEQUENCE");
    }

    @Test
    void comparesAndAppends() throws Exception {
        FakePartitionLeader leader = fixture.lead(0);
        ProduceClient client = fixture.produce().open(0, 0);
        client.send(on(0).setExpectedBaseOffset(0).addRecords(ProduceFixture.newRecord("a")));
        client.send(on(0).setExpectedBaseOffset(7).addRecords(ProduceFixture.newRecord("b")));
        client.opened(0);
        client.ack();
        LogFailure failure = client.endedFor();
        assertThat(failure.error()).isEqualTo(LogError.OFFSET_MISMATCH);
        assertThat(failure.metadata()).containsEntry("log_end_offset", "1");
        assertThat(TestBatches.read(leader.log())).containsExactly("a");
    }

    @Test
    void namesTheBatchThatIsAtFault() {
        fixture.lead(0);
        ProduceClient client = fixture.produce().open(0, 0);
        client.batches(
                0,
                batch(Compression.NONE, "a"),
                batch(Compression.NONE, "b").toBuilder().setRecordCount(5).build());
        client.opened(0);
        LogFailure failure = client.endedFor();
        assertThat(failure.error()).isEqualTo(LogError.INVALID_BATCH);
        assertThat(failure.field()).contains("batches[1].last_offset_delta");
    }

    @Test
    void refusesABatchThatIsTooLargeForItsTopic() {
        fixture.lead(0, LogConfig.DEFAULT.withMaxMessageBytes(200));
        ProduceClient client = fixture.produce().open(0, 0);
        client.records(0, "x".repeat(300));
        assertThat(client.opened(0).getMaxBatchBytes()).isEqualTo(200);
        LogFailure failure = client.endedFor();
        assertThat(failure.error()).isEqualTo(LogError.BATCH_TOO_LARGE);
        assertThat(failure.field()).contains("records");
    }

    @Test
    void saysWhereThePartitionIsLedToOneWhoWantsItDirectly() {
        fixture.partitions.put(
                "orders",
                0,
                new PartitionLookup.Elsewhere(
                        new TopicPartition("orders", ProduceFixture.ORDERS, 0),
                        5,
                        new HostPort("broker-5", 9650),
                        9));
        ProduceOpen.Builder open =
                ProduceClient.openOf(0).toBuilder().setRouting(Routing.ROUTING_DIRECT_ONLY);
        LogFailure failure = fixture.produce().send(ProduceClient.on(0).setOpen(open)).endedFor();
        assertThat(failure.error()).isEqualTo(LogError.NOT_LEADER);
        assertThat(failure.metadata())
                .containsEntry("leader_id", "5")
                .containsEntry("leader_address", "broker-5:9650")
                .containsEntry("leader_epoch", "9");
    }

    @Test
    void anUnknownTopicEndsTheStream() {
        assertThat(fixture.produce().open(0, 0).endedFor().error())
                .isEqualTo(LogError.UNKNOWN_TOPIC);
    }

    @Test
    void requestsWaitUntilTheLeaderIsFound() throws Exception {
        CompletableFuture<PartitionLookup> lookup = fixture.partitions.putPending("orders", 0);
        ProduceClient client = fixture.produce().open(0, 0);
        client.records(0, "a").records(0, "b");
        client.saysNothing();

        lookup.complete(new PartitionLookup.Here(fixture.lead(0)));
        client.opened(0);
        assertThat(client.ack().getBaseOffset()).isZero();
        assertThat(client.ack().getBaseOffset()).isEqualTo(1);
    }

    @Test
    void saysOpenedAgainWhenThePartitionCountChanges() {
        FakePartitionLeader leader = fixture.lead(0);
        ProduceClient client = fixture.produce().open(0, 0);
        assertThat(client.opened(0).getPartitionCount()).isEqualTo(1);
        leader.setPartitionCount(9);
        assertThat(client.opened(0).getPartitionCount()).isEqualTo(9);
    }

    @Test
    void theEndOfTheLeadershipEndsTheStream() {
        FakePartitionLeader leader = fixture.lead(0);
        leader.holdCommits();
        ProduceClient client = fixture.produce().open(0, 0);
        client.records(0, "a");
        client.opened(0);
        Waiting.until(() -> leader.logEndOffset() == 1);

        leader.end(LogFailure.of(LogError.NOT_LEADER, "moved").with("leader_id", 5));
        LogFailure failure = client.endedFor();
        assertThat(failure.error()).isEqualTo(LogError.NOT_LEADER);
        assertThat(failure.metadata()).containsEntry("leader_id", "5");
        Waiting.until(() -> leader.listenerCount() == 0);
    }

    @Test
    void anIdleStreamIsToldThatItIsOpen() throws Exception {
        fixture.close();
        fixture =
                new ProduceFixture(
                        directory, ProduceLimits.DEFAULT.withIdleInterval(Duration.ofMillis(40)));
        fixture.lead(0);
        ProduceClient client = fixture.produce().open(0, 0);
        client.opened(0);
        assertThat(client.next()).isEqualTo(new ProduceClient.Idle(0));
        assertThat(client.next()).isEqualTo(new ProduceClient.Idle(0));
    }

    @Test
    void afterAHalfCloseEverythingIsAnswered() {
        FakePartitionLeader leader = fixture.lead(0);
        leader.holdCommits();
        ProduceClient client = fixture.produce().open(0, 0);
        client.records(0, "a").records(0, "x".repeat(100_000));
        client.halfClose();
        client.opened(0);
        Waiting.until(() -> leader.logEndOffset() == 2);
        leader.releaseCommits();

        assertThat(client.ack().getBaseOffset()).isZero();
        assertThat(client.ack().getBaseOffset()).isEqualTo(1);
        assertThat(client.ended().getCode()).isEqualTo(Code.OK);
        Waiting.until(() -> leader.listenerCount() == 0);
        assertThat(fixture.observer.openSlots).hasValue(0);
    }

    @Test
    void aStreamThatAsksForNothingEndsWithOk() {
        ProduceClient client = fixture.produce();
        client.halfClose();
        assertThat(client.ended().getCode()).isEqualTo(Code.OK);
    }

    @Test
    void aClientThatLeavesLeavesNothingBehind() {
        FakePartitionLeader leader = fixture.lead(0);
        leader.holdCommits();
        ProduceClient client = fixture.produce().open(0, 0);
        client.records(0, "a");
        client.opened(0);
        Waiting.until(() -> leader.logEndOffset() == 1);
        assertThat(leader.listenerCount()).isEqualTo(1);

        client.cancel();
        Waiting.until(() -> leader.listenerCount() == 0);
        Waiting.until(() -> fixture.observer.openSlots.get() == 0);
        leader.releaseCommits();
    }

    @Test
    void onceItsLifetimeIsOverWhatIsInTheLogIsAnsweredAndTheRestIsNotAppended() throws Exception {
        FakePartitionLeader leader = fixture.lead(0);
        leader.holdCommits();
        ProduceClient client = fixture.produce().open(0, 0);
        client.opened(0);
        fixture.worker.shut();
        client.records(0, "a").records(0, "b").records(0, "x".repeat(100_000)).records(0, "c");
        Waiting.until(() -> fixture.worker.heldTasks() == 1 && leader.logEndOffset() == 2);

        fixture.lifetimes.stop();
        client.records(0, "d");
        client.saysNothing();
        fixture.worker.open();
        Waiting.until(() -> leader.logEndOffset() == 3); // it was with the worker already
        leader.releaseCommits();
        for (int offset = 0; offset < 3; offset++) {
            assertThat(client.ack().getBaseOffset()).isEqualTo(offset);
        }
        assertThat(client.endedFor().error()).isEqualTo(LogError.SHUTTING_DOWN);
        assertThat(leader.logEndOffset()).isEqualTo(3);
        assertThat(leader.listenerCount()).isZero();

        assertThat(fixture.produce().open(0, 0).endedFor().error())
                .isEqualTo(LogError.SHUTTING_DOWN);
    }
}
