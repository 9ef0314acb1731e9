// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication.stream;

import static io.taffrail.broker.replication.stream.ReplicationFixture.EPOCH;
import static io.taffrail.broker.replication.stream.ReplicationFixture.await;
import static io.taffrail.broker.replication.stream.ReplicationFixture.partition;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.taffrail.api.StatusTranslator;
import io.taffrail.api.internal.v1.ReplicaStreamOpen;
import io.taffrail.api.internal.v1.ReplicateRequest;
import io.taffrail.api.internal.v1.ReplicateResponse;
import io.taffrail.api.internal.v1.SubscriptionClose;
import io.taffrail.api.internal.v1.SubscriptionOpen;
import io.taffrail.broker.testing.TestImages;
import io.taffrail.model.LogError;
import io.taffrail.model.cluster.BrokerEntry;
import io.taffrail.model.cluster.MetadataChange;
import io.taffrail.testsupport.SimulatedDisk;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The leader's side, to the letter of the wire. */
class ReplicaFeedTest {
    private static final long PLENTY = 1 << 30;

    private ReplicationFixture fixture;

    @BeforeEach
    void start() {
        fixture = new ReplicationFixture(new SimulatedDisk(1));
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private RawFollower follower(long creditBytes) {
        return RawFollower.connect(fixture.channel(), creditBytes);
    }

    private static ReplicateResponse awaitRun(RawFollower follower, int index) {
        await("run " + index, () -> follower.runs().size() > index);
        return follower.runs().get(index);
    }

    private static Optional<LogError> reason(ReplicateResponse closed) {
        return StatusTranslator.fromStatus(closed.getClosed()).map(failure -> failure.error());
    }

    @Test
    void saysWhereEachRunBelongs() {
        LogSource source = fixture.lead(partition(0));
        source.append(100, 1);
        source.append(100, 2);
        RawFollower follower = follower(PLENTY);
        follower.open(3, 41, partition(0), 0);
        ReplicateResponse first = awaitRun(follower, 0);
        assertThat(first.getSlot()).isEqualTo(3);
        assertThat(first.getSubscription()).isEqualTo(41);
        assertThat(first.getLeaderEpoch()).isEqualTo(EPOCH);
        assertThat(first.getFromOffset()).isZero();
        assertThat(first.hasEpochBefore()).isFalse();
        assertThat(first.getNextOffset()).isEqualTo(2);
        assertThat(first.getMarksList()).isNotEmpty();
        source.append(100, 3);
        ReplicateResponse second = awaitRun(follower, 1);
        assertThat(second.getFromOffset()).isEqualTo(2);
        assertThat(second.getEpochBefore()).isEqualTo(EPOCH);
        assertThat(follower.responses().get(0).getOpened().hasAccepted()).isTrue();
        follower.halfClose();
        await("the call ends", () -> follower.end().isPresent());
        assertThat(follower.end().get().isOk()).isTrue();
    }

    @Test
    void sendsNoMoreThanTheCreditAndOneEntry() {
        LogSource source = fixture.lead(partition(0));
        for (int i = 0; i < 100; i++) {
            source.append(10_000, i);
        }
        RawFollower follower = follower(35_000);
        follower.open(0, 1, partition(0), 0);
        await("three entries fit, and one more is sent", () -> follower.recordBytes() > 35_000);
        await("marks go on", () -> follower.responses().size() > follower.runs().size() + 3);
        assertThat(follower.recordBytes()).isLessThan(50_000);
        assertThat(fixture.feeds().heldBytes()).isZero();
        follower.grant(100_000);
        await("more comes", () -> follower.recordBytes() > 130_000);
        await("marks go on", () -> follower.responses().size() > follower.runs().size() + 6);
        assertThat(follower.recordBytes()).isLessThan(150_000);
    }

    @Test
    void sharesTheCreditAmongPartitions() {
        for (int p = 0; p < 4; p++) {
            LogSource source = fixture.lead(partition(p));
            for (int i = 0; i < 200; i++) {
                source.append(10_000, i);
            }
        }
        RawFollower follower = follower(0);
        for (int p = 0; p < 4; p++) {
            follower.open(p, 1, partition(p), 0);
        }
        await("all are open", () -> slots(follower.responses()) == 4);
        follower.grant(2_000_000);
        await("the credit is spent", () -> follower.recordBytes() > 1_990_000);
        for (int p = 0; p < 4; p++) {
            int slot = p;
            assertThat(
                            follower.runs().stream()
                                    .filter(run -> run.getSlot() == slot)
                                    .mapToLong(run -> run.getNextOffset() - run.getFromOffset())
                                    .sum())
                    .as("entries of slot %d", slot)
                    .isBetween(30L, 70L);
        }
    }

    private static long slots(List<ReplicateResponse> responses) {
        return responses.stream()
                .filter(ReplicateResponse::hasOpened)
                .map(ReplicateResponse::getSlot)
                .distinct()
                .count();
    }

    @Test
    void dropsAcknowledgementsOfOlderSubscriptions() {
        LogSource source = fixture.lead(partition(0));
        source.append(100, 1);
        source.append(100, 2);
        RawFollower follower = follower(PLENTY);
        follower.open(0, 5, partition(0), 0);
        awaitRun(follower, 0);
        follower.open(0, 6, partition(0), 0); // it lost what it had
        awaitRun(follower, 1);
        follower.acknowledge(0, 5, 2);
        follower.acknowledge(0, 6, 1);
        await("the newer one counts", () -> !source.acknowledged().isEmpty());
        assertThat(source.acknowledged()).containsExactly(1L);
    }

    @Test
    void dropsOpensThatAreNotNewer() {
        LogSource source = fixture.lead(partition(0));
        source.append(100, 1);
        RawFollower follower = follower(PLENTY);
        follower.open(0, 5, partition(0), 0);
        follower.open(0, 5, partition(0), 0);
        follower.open(0, 4, partition(0), 0);
        awaitRun(follower, 0);
        source.append(100, 2);
        awaitRun(follower, 1);
        assertThat(source.opens()).hasSize(1);
    }

    @Test
    void closesASubscriptionWithTheReasonOfItsEnd() {
        LogSource source = fixture.lead(partition(0));
        RawFollower follower = follower(PLENTY);
        follower.open(0, 5, partition(0), 0);
        await("it is open", () -> slots(follower.responses()) == 1);
        source.end(LogError.NOT_LEADER);
        await(
                "it is closed",
                () -> follower.responses().stream().anyMatch(ReplicateResponse::hasClosed));
        ReplicateResponse closed =
                follower.responses().stream()
                        .filter(ReplicateResponse::hasClosed)
                        .findFirst()
                        .orElseThrow();
        assertThat(reason(closed)).contains(LogError.NOT_LEADER);
        assertThat(closed.getSubscription()).isEqualTo(5);
        assertThat(source.listenerCount()).isZero();
        assertThat(follower.end()).isEmpty();
    }

    @Test
    void refusesAnEpochThatIsNotItsOwn() {
        fixture.lead(fixture.leadersLog(partition(0)), EPOCH + 1);
        RawFollower follower = follower(PLENTY);
        follower.open(0, 5, partition(0), 0);
        await("it is answered", () -> !follower.responses().isEmpty());
        await(
                "it is closed",
                () -> follower.responses().stream().anyMatch(ReplicateResponse::hasClosed));
        assertThat(reason(follower.responses().get(0))).contains(LogError.STALE_EPOCH);
    }

    @Test
    void endsWhenTheFollowerHasRegisteredAnew() {
        LogSource source = fixture.lead(partition(0));
        RawFollower follower = follower(PLENTY);
        follower.open(0, 5, partition(0), 0);
        await("it is open", () -> slots(follower.responses()) == 1);
        fixture.cluster().apply(registeredIn(ReplicationFixture.FOLLOWER_EPOCH + 1));
        await("the call ends", () -> follower.end().isPresent());
        assertThat(follower.end().get().getCode()).isEqualTo(Status.Code.ABORTED);
        await("nobody listens", () -> source.listenerCount() == 0);
        RawFollower old = follower(PLENTY);
        await("it is refused", () -> old.end().isPresent());
        assertThat(old.end().get().getCode()).isEqualTo(Status.Code.ABORTED);
    }

    private static MetadataChange registeredIn(long epoch) {
        BrokerEntry broker =
                ((MetadataChange.BrokerChanged)
                                TestImages.broker(ReplicationFixture.FOLLOWER, "follower"))
                        .broker();
        return new MetadataChange.BrokerChanged(
                new BrokerEntry(
                        broker.brokerId(),
                        epoch,
                        broker.incarnationId(),
                        broker.endpoints(),
                        broker.rack(),
                        broker.directories(),
                        broker.minFeatureLevel(),
                        broker.maxFeatureLevel(),
                        broker.softwareVersion(),
                        broker.registerTimeMs(),
                        broker.fenced(),
                        broker.shuttingDown(),
                        broker.readOnly(),
                        broker.decommissioning()));
    }

    @Test
    void looksAtItsOwnCopyOfABadEntry() {
        LogSource source = fixture.lead(partition(0));
        source.append(100, 1);
        RawFollower follower = follower(PLENTY);
        follower.open(0, 5, partition(0), 0);
        awaitRun(follower, 0);
        follower.close(
                SubscriptionClose.newBuilder().setSlot(0).setSubscription(5).setBadEntryOffset(0));
        await("the leader hears of it", () -> !source.badEntries().isEmpty());
        assertThat(source.badEntries()).containsExactly(0L);
        await("it is not listened to any more", () -> source.listenerCount() == 0);
    }

    @Test
    void givesSignsOfLifeToAStreamWithoutSlots() {
        RawFollower follower = follower(PLENTY);
        await("messages come", () -> follower.responses().size() >= 3);
        assertThat(follower.responses()).containsOnly(ReplicateResponse.getDefaultInstance());
    }

    @Test
    void repeatsTheMarksOfEverySlot() {
        fixture.lead(partition(0));
        fixture.lead(partition(1));
        RawFollower follower = follower(PLENTY);
        follower.open(0, 5, partition(0), 0);
        follower.open(1, 6, partition(1), 0);
        for (int slot = 0; slot < 2; slot++) {
            int number = slot;
            await(
                    "marks of slot " + slot,
                    () ->
                            follower.responses().stream()
                                            .flatMap(each -> each.getMarksList().stream())
                                            .filter(marks -> marks.getSlot() == number)
                                            .count()
                                    >= 3);
        }
    }

    @Test
    void refusesStreamsThatAreNotMeantForIt() {
        List<ReplicaStreamOpen.Builder> wrong =
                List.of(
                        RawFollower.stream().setClusterId("another"),
                        RawFollower.stream().setLeaderId(9),
                        RawFollower.stream().clearTrafficClass(),
                        RawFollower.stream().setTrafficClassValue(77));
        for (ReplicaStreamOpen.Builder open : wrong) {
            RawFollower follower = RawFollower.connect(fixture.channel(), open.build(), 0);
            await("it is refused", () -> follower.end().isPresent());
            assertThat(follower.end().get().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        }
    }

    @Test
    void refusesRequestsThatBreakTheContract() {
        List<ReplicateRequest.Builder> wrong =
                List.of(
                        ReplicateRequest.newBuilder().setCreditBytes(-1),
                        ReplicateRequest.newBuilder()
                                .addOpens(SubscriptionOpen.getDefaultInstance()),
                        ReplicateRequest.newBuilder().setStream(RawFollower.stream()));
        for (ReplicateRequest.Builder request : wrong) {
            RawFollower follower = follower(PLENTY);
            follower.send(request);
            await("it is refused", () -> follower.end().isPresent());
            assertThat(follower.end().get().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        }
    }
}
