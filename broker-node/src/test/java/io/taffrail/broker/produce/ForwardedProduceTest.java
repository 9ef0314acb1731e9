// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.produce;

import static io.taffrail.broker.produce.ProduceFixture.newRecord;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.StatusRuntimeException;
import io.taffrail.api.LogFailure;
import io.taffrail.api.StatusTranslator;
import io.taffrail.api.v1.AppendRequest;
import io.taffrail.api.v1.AppendResponse;
import io.taffrail.api.v1.Opened;
import io.taffrail.api.v1.ProduceAck;
import io.taffrail.api.v1.RecordPlace;
import io.taffrail.api.v1.Routing;
import io.taffrail.broker.replication.PartitionLookup.Elsewhere;
import io.taffrail.broker.replication.PartitionQuery;
import io.taffrail.broker.testing.FakePartitionLeader;
import io.taffrail.broker.testing.TestImages;
import io.taffrail.model.HostPort;
import io.taffrail.model.LogError;
import io.taffrail.model.TopicPartition;
import io.taffrail.model.batch.Compression;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Writing through a broker to another one that leads, over real connections. */
class ForwardedProduceTest {
    @TempDir private Path directory;
    private ProduceFixture there;
    private ProduceFixture door;

    @BeforeEach
    void start() {
        there = new ProduceFixture(directory.resolve("there"));
        door = new ProduceFixture(directory.resolve("door"));
        door.knowTopic(3);
    }

    @AfterEach
    void stop() throws Exception {
        door.close();
        there.close();
    }

    private FakePartitionLeader leadThere(int partition) {
        FakePartitionLeader leader = there.lead(partition);
        door.partitions.put("orders", partition, there.asSeenElsewhere(leader));
        return leader;
    }

    @Test
    void aRequestIsAppendedByTheLeaderAndAnsweredThroughTheDoor() {
        FakePartitionLeader leader = leadThere(0);
        ProduceClient client = door.produce().open(0, 0).records(0, "a", "b").records(0, "c");

        Opened opened = client.opened(0);
        assertThat(opened.getForwarded()).isTrue();
        assertThat(opened.getLeaderId()).isEqualTo(ProduceFixture.BROKER_ID);
        assertThat(client.ack().getLastOffset()).isEqualTo(1);
        assertThat(client.ack().getBaseOffset()).isEqualTo(2);
        assertThat(leader.logEndOffset()).isEqualTo(3);
        client.halfClose();
        assertThat(client.ended().isOk()).isTrue();
    }

    @Test
    void theLeaderIsAskedByTheTopicsIdAndTheEpochThatTheDoorKnows() {
        leadThere(0);
        door.produce().open(0, 0).opened(0);

        PartitionQuery asked = there.partitions.queries().get(0);
        assertThat(asked.topicId()).contains(ProduceFixture.ORDERS);
        assertThat(asked.leaderEpoch()).isEqualTo(OptionalInt.of(1));
    }

    @Test
    void batchesReachTheLeaderAsTheyAre() throws Exception {
        FakePartitionLeader leader = leadThere(0);
        ProduceClient client = door.produce().open(0, 0);
        client.opened(0);

        for (Compression codec : Compression.values()) {
            client.batches(0, TestBatches.batch(codec, "x".repeat(1000)));
            assertThat(client.ack().hasBaseOffset()).isTrue();
        }

        assertThat(leader.logEndOffset()).isEqualTo(Compression.values().length);
    }

    @Test
    void slotsOfOneStreamGoWhereTheirPartitionsAreLed() {
        leadThere(0);
        door.lead(1);
        leadThere(2);
        ProduceClient client = door.produce();
        client.open(7, 0).records(7, "a");
        client.open(3, 1).records(3, "b");
        client.open(1, 2).records(1, "c");

        Map<Integer, Boolean> forwarded = new HashMap<>();
        int acks = 0;
        while (acks < 3 || forwarded.size() < 3) {
            ProduceClient.Event event = client.next();
            if (event instanceof ProduceClient.SlotOpened opened) {
                forwarded.put(opened.slot(), opened.opened().getForwarded());
            } else if (event instanceof ProduceClient.Ack) {
                acks++;
            }
        }
        assertThat(forwarded).isEqualTo(Map.of(7, true, 3, false, 1, true));
    }

    @Test
    void aSlotWhoseAcksDoNotComeHoldsUpNoneOfAThousand() {
        FakePartitionLeader stuck = leadThere(0);
        stuck.holdCommits();
        leadThere(1);
        ProduceClient client = door.produce();
        client.open(1, 0).records(1, "held");
        for (int slot = 2; slot <= 1000; slot++) {
            client.open(slot, 1).records(slot, "v" + slot);
        }

        int acks = 0;
        while (acks < 999) {
            if (client.next() instanceof ProduceClient.Ack ack) {
                assertThat(ack.ack().getSlot()).isNotEqualTo(1);
                acks++;
            }
        }
        stuck.releaseCommits();
        assertThat(client.ack().getSlot()).isEqualTo(1);
    }

    @Test
    void theLeadersErrorEndsTheSlotAndNoOther() {
        leadThere(0);
        leadThere(1);
        ProduceClient client = door.produce().open(1, 0).open(2, 1);
        client.opened(1);
        client.opened(2);

        client.send(ProduceClient.on(1).setExpectedBaseOffset(9).addRecords(newRecord("a")));

        LogFailure failure = client.closedFor(1);
        assertThat(failure.error()).isEqualTo(LogError.OFFSET_MISMATCH);
        assertThat(failure.metadata()).containsEntry("log_end_offset", "0");
        assertThat(client.records(2, "b").ack().getSlot()).isEqualTo(2);
        client.open(1, 0).records(1, "again");
        client.opened(1);
        assertThat(client.ack().getSlot()).isEqualTo(1);
    }

    @Test
    void aRuleThatIsBrokenAtTheDoorEndsTheSlotAfterItsAnswers() {
        FakePartitionLeader leader = leadThere(0);
        leader.holdCommits();
        ProduceClient client = door.produce().open(1, 0).records(1, "a");
        client.opened(1);
        client.open(1, 0);
        leader.releaseCommits();

        assertThat(client.ack().getBaseOffset()).isZero();
        assertThat(client.closed(1).getCode())
                .isEqualTo(io.grpc.Status.Code.INVALID_ARGUMENT.value());
    }

    @Test
    void aRequestTakesOneHopAndTheErrorNamesTheLeader() {
        FakePartitionLeader leader = leadThere(0);
        there.partitions.put(
                "orders",
                0,
                new Elsewhere(leader.partition(), 8, new HostPort("broker-8.invalid", 9650), 4));

        LogFailure failure = door.produce().open(0, 0).endedFor();

        assertThat(failure.error()).isEqualTo(LogError.NOT_LEADER);
        assertThat(failure.metadata())
                .isEqualTo(
                        Map.of(
                                "leader_id", "8",
                                "leader_address", "broker-8.invalid:9650",
                                "leader_epoch", "4"));
    }

    @Test
    void whatIsUnansweredWhenTheLeaderDiesStaysSo() throws Exception {
        FakePartitionLeader leader = leadThere(0);
        leader.holdCommits();
        ProduceClient client = door.produce().open(1, 0).records(1, "a");
        client.opened(1);

        there.server.shutdownNow();

        LogFailure failure = client.closedFor(1);
        assertThat(failure.error()).isEqualTo(LogError.LEADER_UNKNOWN);
        assertThat(failure.metadata()).containsEntry("leader_epoch", "1");
    }

    /** P14: the metadata says that the leader is gone; its connection may be silent for long. */
    @Test
    void aSlotEndsWhenTheMetadataNamesAnotherLeader() {
        FakePartitionLeader leader = leadThere(0);
        leader.holdCommits();
        ProduceClient client = door.produce().open(1, 0).records(1, "a");
        client.opened(1);

        door.cluster.apply(
                TestImages.broker(5, "broker-5"),
                TestImages.partition(ProduceFixture.ORDERS, 0, 5, OptionalInt.of(5), 2));

        LogFailure failure = client.closedFor(1);
        assertThat(failure.error()).isEqualTo(LogError.NOT_LEADER);
        assertThat(failure.metadata())
                .isEqualTo(
                        Map.of(
                                "leader_id", "5",
                                "leader_address", "broker-5:9650",
                                "leader_epoch", "2"));
    }

    @Test
    void aClientThatWantsTheLeaderItselfIsToldWhereItIs() {
        leadThere(0);
        ProduceClient client =
                door.produce()
                        .send(
                                ProduceClient.on(0)
                                        .setOpen(
                                                ProduceClient.openOf(0).toBuilder()
                                                        .setRouting(Routing.ROUTING_DIRECT_ONLY)));
        assertThat(client.endedFor().error()).isEqualTo(LogError.NOT_LEADER);
    }

    @Test
    void aStreamThatIsOverAnswersFirstWhatTheLeaderHas() {
        FakePartitionLeader leader = leadThere(0);
        leader.holdCommits();
        ProduceClient client = door.produce().open(1, 0).records(1, "a");
        client.opened(1);
        Waiting.until(() -> leader.logEndOffset() == 1);

        door.lifetimes.stop();
        leader.releaseCommits();

        assertThat(client.ack().getBaseOffset()).isZero();
        assertThat(client.endedFor().error()).isEqualTo(LogError.SHUTTING_DOWN);
    }

    // Append

    private AppendResponse append(AppendRequest.Builder request) {
        return door.stub().append(request.setTopic("orders").build());
    }

    @Test
    void appendIsAnsweredByAllLeadersTogether() {
        FakePartitionLeader far = leadThere(0);
        FakePartitionLeader near = door.lead(1);
        door.lead(2);
        AppendRequest.Builder request = AppendRequest.newBuilder();
        for (int i = 0; i < 30; i++) {
            request.addRecords(newRecord("key" + i, "v"));
        }

        List<RecordPlace> places = append(request).getPlacesList();

        assertThat(places).allMatch(place -> place.hasOffset() && !place.hasError());
        assertThat(places).extracting(RecordPlace::getPartition).contains(0, 1);
        assertThat(far.logEndOffset()).isPositive();
        assertThat(near.logEndOffset()).isPositive();
        assertThat(places.stream().filter(place -> place.getPartition() == 0))
                .extracting(RecordPlace::getOffset)
                .isSorted();
    }

    @Test
    void anAppendThatIsRepeatedIsStoredOnce() {
        FakePartitionLeader far = leadThere(0);
        AppendRequest.Builder request =
                AppendRequest.newBuilder()
                        .setPartition(0)
                        .setProducerId(77)
                        .addRecords(newRecord("a"));

        assertThat(append(request).getPlaces(0).getDuplicate()).isFalse();
        RecordPlace second = append(request).getPlaces(0);

        assertThat(second.getLeaderEpoch()).isEqualTo(far.leaderEpoch()).isPositive();
        assertThat(second.getDuplicate()).isTrue();
        assertThat(second.getOffset()).isZero();
        assertThat(far.logEndOffset()).isEqualTo(1);
    }

    @Test
    void anAppendThatTheLeaderRefusesFailsWithItsReason() {
        leadThere(0);
        AppendRequest.Builder request =
                AppendRequest.newBuilder()
                        .setPartition(0)
                        .setExpectedBaseOffset(5)
                        .addRecords(newRecord("a"));

        LogFailure failure = failureOf(request);

        assertThat(failure.error()).isEqualTo(LogError.OFFSET_MISMATCH);
        assertThat(failure.metadata()).containsEntry("log_end_offset", "0");
    }

    @Test
    void anAppendWhoseLeaderCannotBeReachedIsPerhapsWritten() {
        door.partitions.put(
                "orders",
                0,
                new Elsewhere(
                        new TopicPartition("orders", ProduceFixture.ORDERS, 0),
                        8,
                        new HostPort("broker-8.invalid", 9650),
                        4));

        LogFailure failure =
                failureOf(AppendRequest.newBuilder().setPartition(0).addRecords(newRecord("a")));

        assertThat(failure.error()).isEqualTo(LogError.LEADER_UNKNOWN);
    }

    private LogFailure failureOf(AppendRequest.Builder request) {
        try {
            throw new AssertionError(append(request));
        } catch (StatusRuntimeException e) {
            return StatusTranslator.fromException(e).orElseThrow(() -> e);
        }
    }

    @Test
    void manyRequestsKeepTheirOrder() {
        FakePartitionLeader leader = leadThere(0);
        ProduceClient client = door.produce().open(0, 0);
        int maxInFlight = client.opened(0).getMaxInFlight();
        int sent = 0;
        for (long acked = 0; acked < 2000; acked++) {
            while (sent < 2000 && sent - acked < maxInFlight) {
                client.records(0, "v" + sent++);
            }
            ProduceAck ack = client.ack();
            assertThat(ack.getBaseOffset()).isEqualTo(acked);
        }
        assertThat(leader.logEndOffset()).isEqualTo(2000);
    }
}
