// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.fetch;

import static io.taffrail.broker.fetch.FetchFixture.openAt;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.taffrail.api.LogFailure;
import io.taffrail.api.StatusTranslator;
import io.taffrail.api.v1.Anchor;
import io.taffrail.api.v1.ConsumedRecord;
import io.taffrail.api.v1.Delivery;
import io.taffrail.api.v1.Demand;
import io.taffrail.api.v1.FetchResponse;
import io.taffrail.api.v1.ListOffsetsRequest;
import io.taffrail.api.v1.LogServiceGrpc;
import io.taffrail.api.v1.OffsetQuery;
import io.taffrail.api.v1.OffsetResult;
import io.taffrail.api.v1.Opened;
import io.taffrail.api.v1.ReadRequest;
import io.taffrail.api.v1.ReadResponse;
import io.taffrail.api.v1.RecordBatch;
import io.taffrail.broker.fetch.serve.ServingPath;
import io.taffrail.broker.replication.PartitionLookup.Elsewhere;
import io.taffrail.broker.replication.PartitionQuery;
import io.taffrail.broker.testing.FakePartitionLeader;
import io.taffrail.broker.testing.TestImages;
import io.taffrail.model.HostPort;
import io.taffrail.model.LogError;
import io.taffrail.model.batch.Compression;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reading through a broker from another one that leads, over real connections. */
class ForwardedFetchTest {
    @TempDir private Path directory;
    private FetchFixture there;
    private FetchFixture door;

    @BeforeEach
    void start() {
        there = new FetchFixture(directory.resolve("there"), limits(), ServingPath.INJECTED);
        door = new FetchFixture(directory.resolve("door"), limits(), ServingPath.INJECTED);
    }

    private static FetchLimits limits() {
        FetchLimits limits = FetchFixture.LIMITS;
        return new FetchLimits(
                2000,
                limits.maxCreditBytes(),
                limits.maxResponseBytes(),
                limits.onReadyThresholdBytes(),
                limits.heldBytes(),
                limits.idleInterval(),
                limits.tailAge());
    }

    @AfterEach
    void stop() {
        door.close();
        there.close();
    }

    private FakePartitionLeader leadThere(String topic) {
        FakePartitionLeader leader = there.lead(topic);
        door.partitions().put(topic, 0, there.asSeenElsewhere(leader));
        door.cluster().apply(TestImages.topic(topic, leader.partition().topicId(), 1, 3));
        return leader;
    }

    private static void write(FakePartitionLeader leader, String... values) {
        Batches.append(leader, Batches.of(Compression.NONE, values));
    }

    @Test
    void batchesComeThroughTheDoorAsTheLeaderHasThem() {
        FakePartitionLeader leader = leadThere("a");
        write(leader, "one", "two");
        FetchReader direct = there.read(openAt("a", 0));
        FetchReader reader = door.read(openAt("a", 0));

        Opened opened = reader.opened().getOpened();
        assertThat(opened.getForwarded()).isTrue();
        assertThat(opened.getLeaderId()).isEqualTo(3);
        direct.opened();
        FetchResponse expected = direct.batches(1).get(0);
        assertThat(reader.batches(1).get(0)).isEqualTo(expected);

        write(leader, "three");
        assertThat(reader.batches(1).get(0).getNext().getOffset()).isEqualTo(3);
    }

    @Test
    void theLeaderIsAskedByTheTopicsIdAndTheEpochThatTheDoorKnows() {
        FakePartitionLeader leader = leadThere("a");
        door.read(openAt("a", 0)).opened();

        PartitionQuery asked = there.partitions().queries().get(0);
        assertThat(asked.topicId()).contains(leader.partition().topicId());
        assertThat(asked.leaderEpoch()).isEqualTo(OptionalInt.of(1));
    }

    @Test
    void recordsComeDecoded() {
        write(leadThere("a"), "one", "two");
        FetchReader reader =
                door.read(openAt("a", 1).setDelivery(Delivery.DELIVERY_RECORDS).setEndOffset(2));
        reader.opened();

        FetchResponse answer = reader.next();

        assertThat(answer.getRecordsList())
                .extracting(ConsumedRecord::getValue)
                .containsExactly(ByteString.copyFromUtf8("two"));
        reader.endsWithOk();
    }

    @Test
    void largeBatchesGoOutWithoutACopy() {
        write(leadThere("a"), "x".repeat(100_000));
        FetchReader reader = door.read(openAt("a", 0));
        reader.opened();
        reader.batches(1);
        assertThat(door.methods().injections()).isPositive();
    }

    @Test
    void theReadersCreditIsTheLeadersCredit() {
        FakePartitionLeader leader = leadThere("a");
        for (int i = 0; i < 10; i++) {
            write(leader, "v" + i);
        }
        FetchReader reader = door.read(openAt("a", 0).setDemand(Demand.newBuilder().setRecords(3)));
        reader.opened();
        assertThat(records(reader, 3)).isEqualTo(3);
        assertThat(reader.hasNextSoon()).isFalse();

        reader.grant(0, Demand.newBuilder().setRecords(7));
        assertThat(records(reader, 7)).isEqualTo(7);
        assertThat(reader.hasNextSoon()).isFalse();
    }

    private static long records(FetchReader reader, long atLeast) {
        long records = 0;
        while (records < atLeast) {
            records += reader.next().getCostRecords();
        }
        return records;
    }

    @Test
    void creditThatIsGrantedWhileTheLeaderIsLookedForCounts() {
        FakePartitionLeader leader = there.lead("a");
        door.cluster().apply(TestImages.topic("a", leader.partition().topicId(), 1, 3));
        var lookup = door.partitions().putPending("a", 0);
        for (int i = 0; i < 5; i++) {
            write(leader, "v" + i);
        }
        FetchReader reader = door.read(openAt("a", 0).setDemand(Demand.newBuilder().setRecords(0)));
        reader.grant(0, Demand.newBuilder().setRecords(5));
        assertThat(reader.hasNextSoon()).isFalse();

        lookup.complete(there.asSeenElsewhere(leader));

        reader.opened();
        assertThat(records(reader, 5)).isEqualTo(5);
    }

    @Test
    void aSlotWithoutCreditHoldsUpNoneOfAThousand() {
        FakePartitionLeader stuck = leadThere("stuck");
        FakePartitionLeader leader = leadThere("a");
        write(stuck, "held");
        FetchReader reader = door.reader();
        reader.open(1, openAt("stuck", 0).setDemand(Demand.newBuilder().setBytes(0)));
        for (int slot = 2; slot <= 1000; slot++) {
            reader.open(slot, openAt("a", 0));
        }
        write(leader, "x");

        int seen = 0;
        while (seen < 999) {
            FetchResponse answer = reader.next();
            assertThat(answer.hasClosed()).isFalse();
            if (answer.getBatchesCount() > 0) {
                assertThat(answer.getSlot()).isNotEqualTo(1);
                seen++;
            }
        }
        reader.grant(1, Demand.newBuilder().setBytes(1));
        assertThat(reader.batches(1).get(0).getSlot()).isEqualTo(1);
    }

    /** What a slow reader has not taken stays at the leader, which does not even read it. */
    @Test
    void theDoorHoldsLittleForASlowReader() {
        FakePartitionLeader leader = leadThere("a");
        int batches = 400;
        for (int i = 0; i < batches; i++) {
            write(leader, "x".repeat(200_000));
        }
        FetchReader reader = door.reader(1);
        reader.open(
                0,
                openAt("a", 0)
                        .setMaxResponseBytes(500_000)
                        .setDemand(Demand.newBuilder().setBytes(2_000_000)));
        reader.opened();
        long taken = 0;
        long most = 0;
        long cost = 0;
        while (taken < batches) {
            reader.take(1);
            FetchResponse answer = reader.next();
            taken += answer.getBatchesCount();
            cost += answer.getCostBytes();
            most = Math.max(most, door.methods().heldBytes());
            reader.grant(0, Demand.newBuilder().setBytes(answer.getCostBytes()));
        }
        assertThat(cost).isGreaterThan(80_000_000);
        assertThat(most).isLessThan(3_000_000);
    }

    @Test
    void closingASlotEndsItWithItsLastAnswer() {
        write(leadThere("a"), "one");
        FetchReader reader = door.reader();
        reader.open(4, openAt("a", 0));
        reader.opened();
        reader.batches(1);

        reader.close(4);

        FetchResponse last = reader.closed(4);
        assertThat(last.getClosed().getCode()).isZero();
        assertThat(last.getNext().getOffset()).isEqualTo(1);
        reader.open(4, openAt("a", 0));
        assertThat(reader.opened().getSlot()).isEqualTo(4);
    }

    @Test
    void afterAHalfCloseTheReaderIsServedUntilItsCreditIsSpent() {
        FakePartitionLeader leader = leadThere("a");
        write(leader, "one");
        FetchReader reader = door.read(openAt("a", 0).setDemand(Demand.newBuilder().setRecords(2)));
        reader.opened();
        reader.halfClose();
        reader.batches(1);
        write(leader, "two");
        reader.batches(1);
        reader.endsWithOk();
    }

    @Test
    void theLeadersErrorEndsTheSlotAndNoOther() {
        leadThere("a");
        write(leadThere("b"), "one");
        FetchReader reader = door.reader();
        reader.open(1, openAt("a", 77));
        LogFailure failure = failure(reader.closed(1));
        assertThat(failure.error()).isEqualTo(LogError.OFFSET_OUT_OF_RANGE);

        reader.open(2, openAt("b", 0));
        assertThat(reader.opened().getSlot()).isEqualTo(2);
        assertThat(reader.batches(1).get(0).getSlot()).isEqualTo(2);
    }

    private static LogFailure failure(FetchResponse closed) {
        return StatusTranslator.fromStatus(closed.getClosed()).orElseThrow();
    }

    @Test
    void aRequestTakesOneHopAndTheErrorNamesTheLeader() {
        FakePartitionLeader leader = leadThere("a");
        there.partitions()
                .put(
                        "a",
                        0,
                        new Elsewhere(
                                leader.partition(), 8, new HostPort("broker-8.invalid", 9650), 4));

        LogFailure failure = door.read(openAt("a", 0)).failure();

        assertThat(failure.error()).isEqualTo(LogError.NOT_LEADER);
        assertThat(failure.metadata())
                .isEqualTo(
                        Map.of(
                                "leader_id", "8",
                                "leader_address", "broker-8.invalid:9650",
                                "leader_epoch", "4"));
    }

    @Test
    void slotsEndWhenTheLeaderDies() {
        leadThere("a");
        FetchReader reader = door.reader();
        reader.open(1, openAt("a", 0));
        reader.opened();

        there.killServer();

        assertThat(failure(reader.closed(1)).error()).isEqualTo(LogError.LEADER_UNKNOWN);
    }

    /** P14: the metadata says that the leader is gone; its connection may be silent for long. */
    @Test
    void aSlotEndsWhenTheMetadataNamesAnotherLeader() {
        FakePartitionLeader leader = leadThere("a");
        FetchReader reader = door.reader();
        reader.open(1, openAt("a", 0));
        reader.opened();

        door.cluster()
                .apply(
                        TestImages.broker(5, "broker-5"),
                        TestImages.partition(
                                leader.partition().topicId(), 0, 5, OptionalInt.of(5), 2));

        LogFailure failure = failure(reader.closed(1));
        assertThat(failure.error()).isEqualTo(LogError.NOT_LEADER);
        assertThat(failure.metadata()).containsEntry("leader_address", "broker-5:9650");
    }

    @Test
    void aStoppingLeaderIsNoReasonToLeaveTheDoor() {
        leadThere("a");
        FetchReader reader = door.reader();
        reader.open(1, openAt("a", 0));
        reader.opened();

        there.stopStreams();

        assertThat(failure(reader.closed(1)).error()).isEqualTo(LogError.LEADER_UNKNOWN);
    }

    @Test
    void nothingIsLeftOpenAtTheLeaderWhenTheReaderGoes() {
        FakePartitionLeader leader = leadThere("a");
        FetchReader reader = door.read(openAt("a", 0));
        reader.opened();
        assertThat(leader.listenerCount()).isEqualTo(1);

        reader.cancel();

        FetchFixture.await("the leader forgets the slot", () -> leader.listenerCount() == 0);
    }

    // Read and ListOffsets

    private static ReadRequest.Builder readOf(String topic) {
        return ReadRequest.newBuilder().setTopic(topic);
    }

    @Test
    void readIsAnsweredByTheLeader() {
        write(leadThere("a"), "one", "two");
        ReadResponse response = door.blocking().read(readOf("a").build());
        assertThat(response.getRecordsList())
                .extracting(ConsumedRecord::getValue)
                .containsExactly(ByteString.copyFromUtf8("one"), ByteString.copyFromUtf8("two"));
        assertThat(response.getHighWatermark()).isEqualTo(2);
    }

    @Test
    void aReadWaitsAtTheLeader() throws Exception {
        FakePartitionLeader leader = leadThere("a");
        var answer =
                LogServiceGrpc.newFutureStub(door.channel())
                        .read(readOf("a").setMaxWaitMs(60_000).build());
        FetchFixture.await("the leader waits", () -> leader.listenerCount() == 1);
        write(leader, "late");
        assertThat(answer.get(30, TimeUnit.SECONDS).getRecordsCount()).isEqualTo(1);
    }

    @Test
    void aReadThatIsCancelledEndsAtTheLeader() {
        FakePartitionLeader leader = leadThere("a");
        var answer =
                LogServiceGrpc.newFutureStub(door.channel())
                        .read(readOf("a").setMaxWaitMs(60_000).build());
        FetchFixture.await("the leader waits", () -> leader.listenerCount() == 1);
        assertThat(answer.cancel(true)).isTrue();
        FetchFixture.await("the leader forgets it", () -> leader.listenerCount() == 0);
    }

    @Test
    void offsetsComeFromAllLeadersInTheOrderOfTheQueries() {
        write(leadThere("far"), "one", "two");
        write(door.lead("near"), "one");
        write(leadThere("farther"), "one", "two", "three");
        ListOffsetsRequest request =
                ListOffsetsRequest.newBuilder()
                        .addQueries(latest("farther"))
                        .addQueries(latest("nobody"))
                        .addQueries(latest("near"))
                        .addQueries(latest("far"))
                        .build();

        List<OffsetResult> results = door.blocking().listOffsets(request).getResultsList();

        assertThat(results)
                .extracting(OffsetResult::getTopic)
                .containsExactly("farther", "nobody", "near", "far");
        assertThat(results)
                .extracting(result -> result.getPosition().getOffset())
                .containsExactly(3L, 0L, 1L, 2L);
        assertThat(results.get(1).hasError()).isTrue();
    }

    private static OffsetQuery.Builder latest(String topic) {
        return OffsetQuery.newBuilder().setTopic(topic).setAnchor(Anchor.ANCHOR_LATEST);
    }

    @Test
    void everyByteOfABatchIsTheLeaders() {
        FakePartitionLeader leader = leadThere("a");
        write(leader, "x".repeat(30_000));
        RecordBatch direct = batch(there.read(openAt("a", 0)));
        assertThat(batch(door.read(openAt("a", 0)))).isEqualTo(direct);
    }

    private static RecordBatch batch(FetchReader reader) {
        reader.opened();
        return reader.batches(1).get(0).getBatches(0);
    }

    @Test
    void demandIsNotInventedForAReaderWithout() {
        FakePartitionLeader leader = leadThere("a");
        FetchReader reader = door.read(openAt("a", 0));
        reader.opened();
        for (int i = 0; i < 20; i++) {
            write(leader, "v");
        }
        reader.batches(20);
    }
}
