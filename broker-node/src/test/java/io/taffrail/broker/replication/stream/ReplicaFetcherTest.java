// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication.stream;

import static io.taffrail.broker.replication.stream.ReplicationFixture.EPOCH;
import static io.taffrail.broker.replication.stream.ReplicationFixture.await;
import static io.taffrail.broker.replication.stream.ReplicationFixture.partition;
import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.api.internal.v1.ReplicaStreamOpen;
import io.taffrail.api.internal.v1.SubscriptionOpen;
import io.taffrail.api.internal.v1.TrafficClass;
import io.taffrail.broker.replication.ReplicaMarks;
import io.taffrail.logstore.PartitionLog;
import io.taffrail.model.batch.RecordBatchLayout;
import io.taffrail.testsupport.SimulatedDisk;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The follower's side, to the letter of the wire. */
class ReplicaFetcherTest {
    private static final FetcherLimits LIMITS =
            new FetcherLimits(
                    100_000,
                    50_000,
                    Duration.ofSeconds(20),
                    Duration.ofMillis(1500),
                    Duration.ofSeconds(2));

    private final ScriptedLeader leader = new ScriptedLeader();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private Future<?> signsOfLife;
    private ReplicationFixture fixture;
    private LogTarget target;

    @BeforeEach
    void start() {
        fixture = new ReplicationFixture(new SimulatedDisk(1), Path.of("/"), LIMITS);
        fixture.serve(leader.service());
        signsOfLife =
                timer.scheduleWithFixedDelay(leader::signOfLife, 100, 100, TimeUnit.MILLISECONDS);
        target = fixture.follow(partition(0));
    }

    @AfterEach
    void stop() {
        timer.shutdownNow();
        fixture.close();
    }

    private ScriptedLeader.Call awaitCall(int index) {
        await("stream " + index, () -> leader.calls().size() > index);
        return leader.calls().get(index);
    }

    private static SubscriptionOpen awaitOpen(ScriptedLeader.Call call, int index) {
        await("open " + index, () -> call.opens().size() > index);
        return call.opens().get(index);
    }

    /** The entries of a log, which a leader of these epochs would have. */
    private List<byte[]> entries(int... epochs) {
        PartitionLog log = fixture.leadersLog(partition(0));
        for (int i = 0; i < epochs.length; i++) {
            Logs.append(log, epochs[i], 1000, i);
        }
        ByteBuffer bytes = ByteBuffer.wrap(Logs.contents(log));
        Logs.close(log);
        List<byte[]> entries = new ArrayList<>();
        while (bytes.hasRemaining()) {
            byte[] entry = new byte[RecordBatchLayout.entryBytes(bytes, bytes.position())];
            bytes.get(entry);
            entries.add(entry);
        }
        return entries;
    }

    @Test
    void saysWhoFollowsWhomAndWhatItHas() {
        ScriptedLeader.Call call = awaitCall(0);
        SubscriptionOpen open = awaitOpen(call, 0);
        ReplicaStreamOpen stream = call.first().getStream();
        assertThat(stream.getBrokerId()).isEqualTo(ReplicationFixture.FOLLOWER);
        assertThat(stream.getBrokerEpoch()).isEqualTo(ReplicationFixture.FOLLOWER_EPOCH);
        assertThat(stream.getLeaderId()).isEqualTo(ReplicationFixture.LEADER);
        assertThat(stream.getTrafficClass()).isEqualTo(TrafficClass.TRAFFIC_CLASS_IN_SYNC);
        assertThat(open.getLeaderEpoch()).isEqualTo(EPOCH);
        assertThat(open.getLogEndOffset()).isZero();
        assertThat(open.hasLastEpoch()).isFalse();
        assertThat(call.creditBytes()).isEqualTo(LIMITS.inSyncCreditBytes());
    }

    @Test
    void acknowledgesWhatIsDurableAndGrantsAnew() {
        ScriptedLeader.Call call = awaitCall(0);
        SubscriptionOpen open = awaitOpen(call, 0);
        List<byte[]> entries = entries(EPOCH, EPOCH, EPOCH);
        call.push(open, open.getSubscription(), 0, 2, null, entries.subList(0, 2));
        await(
                "both are acknowledged",
                () -> call.acks().stream().anyMatch(ack -> ack.getAcknowledgedOffset() == 2));
        assertThat(target.log().durableEndOffset()).isEqualTo(2);
        for (int i = 0; i < 60; i++) { // stale: dropped, and its bytes count
            call.push(open, open.getSubscription() - 1, 2, 3, EPOCH, entries.subList(2, 3));
        }
        await(
                "the dropped bytes are granted anew",
                () -> call.creditBytes() > LIMITS.inSyncCreditBytes() + 30_000);
        assertThat(target.log().logEndOffset()).isEqualTo(2);
    }

    @Test
    void appendsOnlyWhatContinuesItsLog() {
        ScriptedLeader.Call call = awaitCall(0);
        SubscriptionOpen open = awaitOpen(call, 0);
        List<byte[]> entries = entries(EPOCH, EPOCH, EPOCH);
        call.push(open, open.getSubscription(), 0, 1, null, entries.subList(0, 1));
        await("it is appended", () -> target.log().logEndOffset() == 1);
        call.push(open, open.getSubscription(), 2, 3, EPOCH, entries.subList(2, 3));
        SubscriptionOpen second = awaitOpen(call, 1);
        assertThat(second.getSubscription()).isGreaterThan(open.getSubscription());
        assertThat(second.getSlot()).isEqualTo(open.getSlot());
        assertThat(second.getLogEndOffset()).isEqualTo(1);
        assertThat(second.getLastEpoch()).isEqualTo(EPOCH);
        call.push(second, second.getSubscription(), 1, 2, EPOCH - 1, entries.subList(1, 2));
        SubscriptionOpen third = awaitOpen(call, 2);
        call.push(third, third.getSubscription(), 1, 2, EPOCH, entries.subList(1, 2));
        await("it is appended", () -> target.log().logEndOffset() == 2);
    }

    @Test
    void reportsTheOffsetOfABadEntryAndOpensAgainLater() {
        ScriptedLeader.Call call = awaitCall(0);
        SubscriptionOpen open = awaitOpen(call, 0);
        byte[] entry = entries(EPOCH).get(0);
        byte[] bad = entry.clone();
        bad[500] ^= 1;
        call.push(open, open.getSubscription(), 0, 1, null, List.of(bad));
        await("it unsubscribes", () -> !call.closes().isEmpty());
        assertThat(call.closes().get(0).getSubscription()).isEqualTo(open.getSubscription());
        assertThat(call.closes().get(0).hasBadEntryOffset()).isTrue();
        assertThat(call.closes().get(0).getBadEntryOffset()).isZero();
        SubscriptionOpen again = awaitOpen(call, 1);
        call.push(again, again.getSubscription(), 0, 1, null, List.of(entry));
        await("the good one is appended", () -> target.log().logEndOffset() == 1);
    }

    @Test
    void leavesALeaderThatIsSilent() {
        ScriptedLeader.Call call = awaitCall(0);
        awaitOpen(call, 0);
        signsOfLife.cancel(false);
        ScriptedLeader.Call next = awaitCall(1);
        awaitOpen(next, 0);
        assertThat(next.opens().get(0).getSubscription())
                .isGreaterThan(call.opens().get(0).getSubscription());
        await("the first stream ends", call::isOver);
    }

    @Test
    void staysWithALeaderThatHasNothingNew() {
        ScriptedLeader.Call call = awaitCall(0);
        awaitOpen(call, 0);
        long end = System.nanoTime() + 2 * LIMITS.silence().toNanos();
        await("time passes", () -> System.nanoTime() - end > 0);
        assertThat(leader.calls()).hasSize(1);
    }

    @Test
    void handsMarksOfItsPresentSubscriptionOn() {
        ScriptedLeader.Call call = awaitCall(0);
        SubscriptionOpen open = awaitOpen(call, 0);
        call.marks(open.toBuilder().setSubscription(open.getSubscription() - 1).build(), 7, 0);
        call.marks(open, 9, 0);
        await("marks arrive", () -> !target.marks().isEmpty());
        assertThat(target.marks()).containsExactly(new ReplicaMarks(OptionalLong.of(9), 0, 0));
    }

    @Test
    void keepsRunsInOrderBehindAMoveOfTheLogStart() {
        ScriptedLeader.Call call = awaitCall(0);
        SubscriptionOpen open = awaitOpen(call, 0);
        List<byte[]> entries = entries(EPOCH, EPOCH, EPOCH, EPOCH);
        call.push(open, open.getSubscription(), 0, 2, null, entries.subList(0, 2));
        call.marks(open, 2, 1); // runs elsewhere
        call.push(open, open.getSubscription(), 2, 3, EPOCH, entries.subList(2, 3));
        call.marks(open, 3, 2);
        call.push(open, open.getSubscription(), 3, 4, EPOCH, entries.subList(3, 4));
        await("all of it is there", () -> target.log().logEndOffset() == 4);
        await("the log start has moved", () -> target.log().logStartOffset() == 2);
        assertThat(call.opens()).hasSize(1);
        await(
                "all of it is acknowledged",
                () -> call.acks().stream().anyMatch(ack -> ack.getAcknowledgedOffset() == 4));
    }
}
