// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.fetch;

import static io.taffrail.broker.fetch.FetchFixture.openAt;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.taffrail.api.LogFailure;
import io.taffrail.api.v1.Anchor;
import io.taffrail.api.v1.Demand;
import io.taffrail.api.v1.FetchOpen;
import io.taffrail.api.v1.FetchRequest;
import io.taffrail.api.v1.FetchResponse;
import io.taffrail.api.v1.Routing;
import io.taffrail.broker.replication.PartitionLookup;
import io.taffrail.broker.testing.FakeClusterView;
import io.taffrail.broker.testing.FakePartitionLeader;
import io.taffrail.model.HostPort;
import io.taffrail.model.LogError;
import io.taffrail.model.TopicId;
import io.taffrail.model.TopicPartition;
import io.taffrail.model.batch.Compression;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FetchSlotZeroTest {
    @TempDir private Path directory;
    private FetchFixture fixture;
    private FakePartitionLeader leader;

    @BeforeEach
    void start() {
        fixture = new FetchFixture(directory);
        leader = fixture.lead("a");
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void saysFirstWhatItOpened() {
        Batches.appendEach(leader, "x", "y");
        leader.setPartitionCount(4);
        FetchResponse first = fixture.read(openAt("a", 1)).opened();
        assertThat(first.getOpened().getTopicId())
                .isEqualTo(leader.partition().topicId().toString());
        assertThat(first.getOpened().getClusterId()).isEqualTo(FakeClusterView.CLUSTER_ID);
        assertThat(first.getOpened().getLeaderId()).isEqualTo(3);
        assertThat(first.getOpened().getLeaderAddress()).isEqualTo("broker-three:9650");
        assertThat(first.getOpened().getLeaderEpoch()).isEqualTo(1);
        assertThat(first.getOpened().getPartitionCount()).isEqualTo(4);
        assertThat(first.getOpened().getMaxBatchBytes()).isEqualTo(1 << 20);
        assertThat(first.getOpened().getIdleIntervalMs()).isEqualTo(60_000);
        assertThat(first.getOpened().getFeatureLevel()).isEqualTo(1);
        assertThat(first.getOpened().getNext().getOffset()).isEqualTo(1);
        assertThat(first.getOpened().getNext().getLeaderEpoch()).isEqualTo(1);
        assertThat(first.getHighWatermark()).isEqualTo(2);
        assertThat(first.getLogStartOffset()).isZero();
    }

    @Test
    void aFirstRequestAboveTheLimitIsToldSo() {
        FetchReader reader = fixture.read(openAt("a".repeat(5 << 20), 0)); // gRPC takes 4 MiB
        Status end = Status.fromThrowable(reader.end());
        assertThat(end.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(end.getDescription()).contains("exceeds maximum size");
    }

    @Test
    void beginsAtTheLatestAndBringsWhatIsAppendedThen() {
        Batches.appendEach(leader, "old");
        FetchReader reader = fixture.read(FetchOpen.newBuilder().setTopic("a"));
        assertThat(reader.opened().getOpened().getNext().getOffset()).isEqualTo(1);
        int bytes = Batches.appendEach(leader, "new");
        FetchResponse answer = reader.next();
        assertThat(Batches.records(answer)).containsExactly("1:new");
        assertThat(answer.getNext().getOffset()).isEqualTo(2);
        assertThat(answer.getNext().getLeaderEpoch()).isEqualTo(1);
        assertThat(answer.getHighWatermark()).isEqualTo(2);
        assertThat(answer.getCostBytes()).isEqualTo(bytes);
        assertThat(answer.getCostRecords()).isEqualTo(1);
    }

    @Test
    void sendsTheWholeBatchThatHoldsTheOffset() {
        Batches.append(leader, Batches.of(Compression.NONE, "x", "y", "z"));
        FetchReader reader = fixture.read(openAt("a", 2));
        assertThat(reader.opened().getOpened().getNext().getOffset()).isEqualTo(2);
        assertThat(Batches.records(reader.next())).containsExactly("0:x", "1:y", "2:z");
    }

    @Test
    void beginsAtEveryKindOfStart() {
        Batches.append(leader, Batches.at(10, "x"), Batches.at(20, "y"), Batches.at(30, "z"));
        assertThat(start(open -> open.getStartBuilder().setAnchor(Anchor.ANCHOR_EARLIEST)))
                .isZero();
        assertThat(start(open -> open.getStartBuilder().setAnchor(Anchor.ANCHOR_LATEST)))
                .isEqualTo(3);
        assertThat(start(open -> open.getStartBuilder().setTimestampMs(15))).isEqualTo(1);
        assertThat(start(open -> open.getStartBuilder().setTimestampMs(31))).isEqualTo(3);
        assertThat(start(open -> open.getStartBuilder().setLastRecords(2))).isEqualTo(1);
        assertThat(start(open -> open.getStartBuilder().setLastRecords(Long.MAX_VALUE))).isZero();
    }

    private long start(java.util.function.Consumer<FetchOpen.Builder> start) {
        FetchOpen.Builder open = FetchOpen.newBuilder().setTopic("a");
        start.accept(open);
        return fixture.read(open).opened().getOpened().getNext().getOffset();
    }

    @Test
    void refusesAnOffsetOutsideOfTheLog() {
        Batches.appendEach(leader, "x", "y");
        var unused = leader.deleteRecords(OptionalLong.of(1));
        LogFailure above = fixture.read(openAt("a", 3)).failure();
        assertThat(above.error()).isEqualTo(LogError.OFFSET_OUT_OF_RANGE);
        assertThat(above.metadata())
                .containsEntry("log_start_offset", "1")
                .containsEntry("high_watermark", "2");
        assertThat(fixture.read(openAt("a", 0)).failure().error())
                .isEqualTo(LogError.OFFSET_OUT_OF_RANGE);
    }

    @Test
    void noticesThatTheLogWasCutBelowTheReader() throws Exception {
        FakePartitionLeader later = fixture.open("b", leader.config(), 5);
        later.log().appendAsLeader(Batches.at(1, "x"), 2);
        later.log().appendAsLeader(Batches.at(1, "y"), 5);
        later.commitTo(2);
        fixture.partitions().put(later);
        FetchOpen.Builder open = openAt("b", 2);
        open.getStartBuilder().getPositionBuilder().setLeaderEpoch(3);
        LogFailure cut = fixture.read(open).failure();
        assertThat(cut.error()).isEqualTo(LogError.LOG_TRUNCATED);
        assertThat(cut.metadata())
                .containsEntry("diverging_offset", "1")
                .containsEntry("diverging_epoch", "2");
        open.getStartBuilder().getPositionBuilder().setLeaderEpoch(5);
        assertThat(fixture.read(open).opened().getOpened().getNext().getOffset()).isEqualTo(2);
    }

    @Test
    void asksForTheNewestEpochThatTheReaderKnows() {
        FetchOpen.Builder open = openAt("a", 0).setLeaderEpoch(1);
        open.getStartBuilder().getPositionBuilder().setLeaderEpoch(7);
        fixture.read(open).opened();
        assertThat(fixture.partitions().queries().get(0).leaderEpoch()).hasValue(7);
    }

    @Test
    void waitsBetweenTheHighWatermarkAndTheLogEnd() {
        Batches.appendEach(leader, "x");
        leader.holdCommits();
        Batches.appendEach(leader, "y", "z");
        FetchReader reader = fixture.read(openAt("a", 2));
        assertThat(reader.opened().getHighWatermark()).isEqualTo(1);
        leader.commitTo(3);
        assertThat(Batches.records(reader.batches(1))).containsExactly("2:z");
    }

    @Test
    void waitsForTheHighWatermarkOfANewLeader() {
        Batches.appendEach(leader, "x");
        leader.knowHighWatermark(false);
        FetchReader latest = fixture.read(FetchOpen.newBuilder().setTopic("a"));
        FetchReader placed = fixture.read(openAt("a", 0));
        assertThat(placed.opened().getHighWatermark()).isZero();
        assertThat(latest.isQuiet()).isTrue();
        leader.knowHighWatermark(true);
        assertThat(latest.opened().getOpened().getNext().getOffset()).isEqualTo(1);
        assertThat(Batches.records(placed.batches(1))).containsExactly("0:x");
    }

    @Test
    void endsAtTheEndOffset() {
        Batches.append(leader, Batches.of(Compression.NONE, "x", "y"));
        Batches.appendEach(leader, "z");
        FetchReader reader = fixture.read(openAt("a", 0).setEndOffset(1));
        reader.opened();
        assertThat(Batches.records(reader.next())).containsExactly("0:x", "1:y");
        reader.endsWithOk();
        fixture.read(openAt("a", 3).setEndOffset(2)).endsWithOk();
    }

    @Test
    void endsWhenItIsClosed() {
        FetchReader reader = fixture.read(openAt("a", 0));
        reader.opened();
        reader.close(0);
        reader.endsWithOk();
    }

    @Test
    void servesAfterTheHalfCloseUntilTheCreditIsUsedUp() {
        Batches.appendEach(leader, "x", "y");
        FetchReader reader =
                fixture.read(openAt("a", 0).setDemand(Demand.newBuilder().setRecords(3)));
        reader.halfClose();
        reader.batches(2);
        Batches.appendEach(leader, "z");
        assertThat(Batches.records(reader.batches(1))).containsExactly("2:z");
        reader.endsWithOk();
    }

    @Test
    void endsWithTheLeadershipAndSaysWhereItWent() {
        FetchReader reader = fixture.read(openAt("a", 0));
        reader.opened();
        leader.end(LogFailure.of(LogError.NOT_LEADER, "gone").with("leader_id", 9));
        LogFailure failure = reader.failure();
        assertThat(failure.error()).isEqualTo(LogError.NOT_LEADER);
        assertThat(failure.metadata()).containsEntry("leader_id", "9");
    }

    @Test
    void namesTheLeaderThatIsElsewhereToOneWhoWantsItDirectly() {
        fixture.partitions()
                .put(
                        "far",
                        0,
                        new PartitionLookup.Elsewhere(
                                new TopicPartition("far", TopicId.random(), 0),
                                8,
                                new HostPort("b8", 9650),
                                12));
        LogFailure failure =
                fixture.read(openAt("far", 0).setRouting(Routing.ROUTING_DIRECT_ONLY)).failure();
        assertThat(failure.error()).isEqualTo(LogError.NOT_LEADER);
        assertThat(failure.metadata())
                .containsEntry("leader_id", "8")
                .containsEntry("leader_address", "b8:9650")
                .containsEntry("leader_epoch", "12");
    }

    @Test
    void knowsNoUnknownTopic() {
        assertThat(fixture.read(openAt("nobody", 0)).failure().error())
                .isEqualTo(LogError.UNKNOWN_TOPIC);
    }

    @Test
    void announcesAgainWhenPartitionsWereAdded() {
        FetchReader reader = fixture.read(openAt("a", 0));
        assertThat(reader.opened().getOpened().getPartitionCount()).isEqualTo(1);
        leader.setPartitionCount(2);
        assertThat(reader.opened().getOpened().getPartitionCount()).isEqualTo(2);
    }

    @Test
    void endsWhenTheLogStartPassesTheReader() {
        Batches.appendEach(leader, "x", "y", "z");
        FetchReader reader =
                fixture.read(openAt("a", 0).setDemand(Demand.newBuilder().setBytes(1)));
        reader.batches(1);
        var unused = leader.deleteRecords(OptionalLong.of(2));
        assertThat(reader.failure().error()).isEqualTo(LogError.OFFSET_OUT_OF_RANGE);
    }

    @Test
    void refusesWhatTheContractDoesNotAllow() {
        for (FetchOpen.Builder bad :
                List.of(
                        FetchOpen.newBuilder(),
                        openAt("a", -1),
                        openAt("a", 0).setTopicId("not an id"),
                        openAt("a", 0).setDeliveryValue(9),
                        openAt("a", 0).setIsolationValue(9),
                        openAt("a", 0).setMaxResponseBytes(-1),
                        openAt("a", 0).setEndOffset(-1),
                        openAt("a", 0).setDemand(Demand.newBuilder().setBytes(-1)))) {
            Throwable end = fixture.read(bad).end();
            assertThat(Status.fromThrowable(end).getCode())
                    .as("%s", bad)
                    .isEqualTo(Status.Code.INVALID_ARGUMENT);
        }
        FetchReader empty = fixture.reader();
        empty.send(FetchRequest.newBuilder());
        assertThat(Status.fromThrowable(empty.end()).getCode())
                .isEqualTo(Status.Code.INVALID_ARGUMENT);
        FetchReader unopened = fixture.reader();
        unopened.grant(0, Demand.newBuilder().setBytes(1));
        assertThat(Status.fromThrowable(unopened.end()).getCode())
                .isEqualTo(Status.Code.INVALID_ARGUMENT);
    }
}
