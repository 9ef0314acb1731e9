// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.model.LogError;
import io.taffrail.model.cluster.PartitionEntry;
import io.taffrail.model.cluster.ReplicaFault;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Awkward histories of one partition, by the rule that they are about. */
class ElectionTest {
    private static final Map<String, String> PLAIN = Map.of();

    private final History history = new History();

    private void assertLed(OptionalInt leader, List<Integer> isr, List<Integer> elr) {
        PartitionEntry partition = history.partition();
        assertThat(partition.leader()).isEqualTo(leader);
        assertThat(partition.isr()).isEqualTo(isr);
        assertThat(partition.elr()).isEqualTo(elr);
    }

    /** P1, at RF 1: the same broker leads again, in another epoch. */
    @Test
    void aNewProcessOfALoneReplicaLeadsInANewEpoch() {
        history.brokers(1).topic(PLAIN, 1);
        int before = history.partition().leaderEpoch();
        history.register(1);
        assertLed(OptionalInt.empty(), List.of(), List.of(1));
        history.unfence(1);
        assertLed(OptionalInt.of(1), List.of(1), List.of());
        assertThat(history.partition().leaderEpoch()).isGreaterThan(before);
        assertThat(history.partition().recovering()).isFalse();
    }

    @Test
    void theSameProcessKeepsItsEpoch() {
        Command.RegisterBroker register =
                History.registration(
                        1,
                        OptionalLong.empty(),
                        OptionalLong.empty(),
                        false,
                        new java.util.UUID(1, 1));
        history.apply(register);
        Decision again = history.apply(register);
        assertThat(again.changes()).isEmpty();
        assertThat(again.reply()).isEqualTo(new Reply.Registered(1));
    }

    /**
     * P1: a message of a dead process, held up on its way, must not push out the one that came
     * after it.
     */
    @Test
    void aRegistrationThatComesLateIsToldOfThePresentOne() {
        history.brokers(1).topic(PLAIN, 1);
        OptionalLong known = history.epoch(1);
        Command.RegisterBroker late = registration(1, known, 77);
        history.register(1);
        history.unfence(1);
        long present = history.epoch(1).orElseThrow();
        Decision decision = history.apply(late);
        assertThat(decision.refusal().orElseThrow().error()).contains(LogError.STALE_EPOCH);
        assertThat(decision.refusal().orElseThrow().metadata())
                .containsEntry("current_epoch", Long.toString(present));
        assertLed(OptionalInt.of(1), List.of(1), List.of());
        Decision again = history.apply(registration(1, OptionalLong.of(present), 77));
        assertThat(again.refusal()).isEmpty();
    }

    private static Command.RegisterBroker registration(
            int brokerId, OptionalLong replaces, int incarnation) {
        return History.registration(
                brokerId,
                new Command.DirectoryClaim(
                        History.directory(brokerId), replaces, OptionalLong.empty(), false),
                false,
                replaces,
                new java.util.UUID(1, incarnation));
    }

    /** P1: without a fence of the old process, two would append in one epoch. */
    @Test
    void aNewProcessOfTheLeaderGivesLeadershipAway() {
        history.brokers(1, 2, 3).topic(PLAIN, 1, 2, 3);
        history.register(1);
        assertLed(OptionalInt.of(2), List.of(2, 3), List.of());
    }

    @Test
    void theLastMembersToLeaveAreRemembered() {
        history.brokers(1, 2, 3).topic(PLAIN, 1, 2, 3);
        history.fence(1);
        history.fence(2);
        assertLed(OptionalInt.of(3), List.of(3), List.of(2));
        history.fence(3);
        assertLed(OptionalInt.empty(), List.of(), List.of(2, 3));
        history.unfence(1);
        assertLed(OptionalInt.empty(), List.of(), List.of(2, 3));
        history.unfence(2);
        assertLed(OptionalInt.of(2), List.of(2), List.of(3));
    }

    /** P2: an old copy of the disk has lost what came after it. */
    @Test
    void anOldCopyOfADiskCountsAsLost() {
        history.brokers(1).topic(PLAIN, 1);
        history.register(1, OptionalLong.of(0), OptionalLong.empty(), true);
        assertLed(OptionalInt.empty(), List.of(), List.of());
        assertThat(history.partition().replicas().get(0).fault()).isEqualTo(ReplicaFault.LOST);
        history.unfence(1);
        assertThat(history.partition().leader()).isEmpty();
    }

    /** P2: the epoch is stored after the registration; a crash in between is no old copy. */
    @Test
    void aCrashBetweenRegistrationAndItsStoringLosesNothing() {
        history.brokers(1).topic(PLAIN, 1);
        OptionalLong stored = history.epoch(1);
        history.register(1, stored, OptionalLong.empty(), false);
        history.register(1, stored, OptionalLong.empty(), false);
        history.unfence(1);
        assertLed(OptionalInt.of(1), List.of(1), List.of());
    }

    @Test
    void aDiskThatIsNotMountedKeepsTheBrokerOut() {
        history.brokers(1).topic(PLAIN, 1);
        Command.RegisterBroker other =
                History.registration(
                        1,
                        OptionalLong.empty(),
                        OptionalLong.empty(),
                        false,
                        new java.util.UUID(9, 9));
        Command.RegisterBroker elsewhere =
                new Command.RegisterBroker(
                        1,
                        other.incarnationId(),
                        other.endpoints(),
                        other.rack(),
                        List.of(
                                new Command.DirectoryClaim(
                                        History.directory(77),
                                        OptionalLong.empty(),
                                        OptionalLong.empty(),
                                        false)),
                        1,
                        1,
                        "test",
                        false,
                        OptionalLong.empty());
        Decision decision = history.apply(elsewhere);
        assertThat(decision.refusal().orElseThrow().message()).contains("mount that disk");
        assertLed(OptionalInt.of(1), List.of(1), List.of());
    }

    @Test
    void aControllerThatLostItsStateRefusesBrokersOfBefore() {
        Decision decision = history.register(1, OptionalLong.of(500), OptionalLong.empty(), true);
        assertThat(decision.refusal().orElseThrow().message()).contains("lost their state");
    }

    /** P21. */
    @Test
    void underFlushOsAPowerCutEndsTheClaimAndACleanStopDoesNot() {
        history.brokers(1).topic(Map.of("flush", "os"), 1);
        history.registerAfterCleanStop(1);
        history.unfence(1);
        assertLed(OptionalInt.of(1), List.of(1), List.of());
        history.register(1, history.epoch(1), OptionalLong.empty(), true);
        history.unfence(1);
        assertLed(OptionalInt.of(1), List.of(1), List.of());
        history.register(1);
        history.unfence(1);
        assertLed(OptionalInt.empty(), List.of(), List.of());
        assertThat(history.partition().lastKnown()).hasSize(1);
        history.alter(Map.of("recovery", "last-leader"));
        assertLed(OptionalInt.of(1), List.of(1), List.of());
        assertThat(history.partition().recovering()).isTrue();
    }

    /** P21: until a replica has proven it, commit counts as os. */
    @Test
    void aChangeToFlushCommitCountsOnceItIsProven() {
        history.brokers(1).topic(Map.of("flush", "os"), 1);
        history.alter(Map.of("flush", "commit"));
        assertThat(history.partition().replicas().get(0).flushProven()).isFalse();
        history.report(1, ReplicaFault.NONE);
        assertThat(history.partition().replicas().get(0).flushProven()).isTrue();
        history.register(1);
        history.unfence(1);
        assertLed(OptionalInt.of(1), List.of(1), List.of());
    }

    /** P6. */
    @Test
    void aFenceOfAnotherTermOrRegistrationIsVoid() {
        history.brokers(1);
        long epoch = history.epoch(1).orElseThrow();
        history.apply(new Command.FenceBroker(1, epoch, history.term() - 1));
        history.apply(new Command.FenceBroker(1, epoch - 1, history.term()));
        assertThat(history.isFenced(1)).isFalse();
        history.fence(1);
        assertThat(history.isFenced(1)).isTrue();
    }

    /** P8: the history that breaks a system that takes min ISR and ISR apart. */
    @Test
    void aShrinkThatRacesWithAHigherMinimumIsRefused() {
        history.brokers(1, 2).topic(Map.of("min.insync.replicas", "1"), 1, 2);
        Command.Proposal shrink = history.proposal(history.partition(), 1);
        history.alter(Map.of("min.insync.replicas", "2"));
        assertThat(history.propose(shrink).refusal().orElseThrow().error())
                .isEqualTo(Optional.of(LogError.STALE_EPOCH));
        assertThat(history.partition().effectiveMinIsr()).isEqualTo(2);
    }

    @Test
    void aChangeOfTheMinimumForgetsTheElrOnceTheIsrIsLargeEnough() {
        history.brokers(1, 2).topic(PLAIN, 1, 2);
        history.fence(2);
        assertLed(OptionalInt.of(1), List.of(1), List.of(2));
        history.alter(Map.of("min.insync.replicas", "1"));
        assertLed(OptionalInt.of(1), List.of(1), List.of());
        history.fence(1);
        history.alter(Map.of("min.insync.replicas", "2"));
        assertLed(OptionalInt.empty(), List.of(), List.of(1));
    }

    /** P8: the disk of the one that is in sync may be lost already. */
    @Test
    void theElrIsNotForgottenWhileNothingCanBeCommitted() {
        history.brokers(1, 2, 3).topic(Map.of("min.insync.replicas", "3"), 1, 2, 3);
        history.fence(2);
        history.fence(3);
        assertLed(OptionalInt.of(1), List.of(1), List.of(2, 3));
        history.alter(Map.of("min.insync.replicas", "2"));
        assertLed(OptionalInt.of(1), List.of(1), List.of(2, 3));
        history.report(1, ReplicaFault.LOST);
        assertLed(OptionalInt.empty(), List.of(), List.of(2, 3));
        history.unfence(3);
        assertLed(OptionalInt.of(3), List.of(3), List.of(2));
    }

    /** P9: the leader that is cut off must not take the others' place. */
    @Test
    void leadershipMovesToThoseWhoCannotReachTheLeader() {
        history.brokers(1, 2, 3).topic(PLAIN, 1, 2, 3);
        Command.Proposal alone = history.proposal(history.partition(), 1);
        Reply.ProposalOutcome outcome = history.propose(alone, new TreeSet<>(List.of(2, 3)));
        assertThat(outcome.refusal().orElseThrow().error())
                .isEqualTo(Optional.of(LogError.NOT_LEADER));
        assertLed(OptionalInt.of(2), List.of(1, 2, 3), List.of());
    }

    /** P10. */
    @Test
    void aReadOnlyBrokerLeadsOnlyWhatNoOtherCan() {
        history.brokers(1, 2).topic(PLAIN, 1, 2);
        history.apply(readOnly(1));
        assertLed(OptionalInt.of(2), List.of(1, 2), List.of());
        history.apply(readOnly(2));
        assertLed(OptionalInt.of(2), List.of(1, 2), List.of());
    }

    private Command readOnly(int brokerId) {
        return new Command.ChangeBrokerState(
                brokerId,
                history.epoch(brokerId).orElseThrow(),
                true,
                new TreeSet<>(),
                new TreeSet<>());
    }

    /** P10, P18. */
    @Test
    void aFailedDirectoryLosesItsLeadershipsAlsoAfterARestart() {
        history.brokers(1, 2).topic(Map.of("min.insync.replicas", "1"), 1, 2);
        history.apply(
                new Command.ChangeBrokerState(
                        1,
                        history.epoch(1).orElseThrow(),
                        false,
                        new TreeSet<>(),
                        new TreeSet<>(List.of(History.directory(1)))));
        assertLed(OptionalInt.of(2), List.of(2), List.of());
        history.registerAfterCleanStop(1);
        history.unfence(1);
        Command.Proposal grow = history.proposal(history.partition(), 1, 2);
        assertThat(history.propose(grow).ineligible()).containsExactly(1);
    }

    /** P11. */
    @Test
    void controlledShutdownLeavesTheIsrAndTheLastOneIsRemembered() {
        history.brokers(1, 2).topic(Map.of("min.insync.replicas", "1"), 1, 2);
        history.apply(new Command.BeginControlledShutdown(1, history.epoch(1).orElseThrow()));
        assertLed(OptionalInt.of(2), List.of(2), List.of());
        history.apply(new Command.BeginControlledShutdown(2, history.epoch(2).orElseThrow()));
        assertLed(OptionalInt.empty(), List.of(), List.of(2));
    }

    @Test
    void aBrokerThatIsMissedWaitsOnlyWhileAnotherCouldTakeItsPlace() {
        history.brokers(1, 2, 3).topic(PLAIN, 1, 2, 3);
        assertThat(ShutdownDecision.isMissedBy(history.state().image(), 1)).isFalse();
        history.propose(history.proposal(history.partition(), 1, 2));
        assertThat(ShutdownDecision.isMissedBy(history.state().image(), 1)).isTrue();
        history.fence(3);
        assertThat(ShutdownDecision.isMissedBy(history.state().image(), 1)).isFalse();
    }

    /** P19. */
    @Test
    void damageMovesLeadershipUnlessNothingElseIsLeft() {
        history.brokers(1, 2).topic(Map.of("min.insync.replicas", "1"), 1, 2);
        assertThat(history.report(1, ReplicaFault.CORRUPT).reply())
                .isEqualTo(new Reply.Reported(true));
        assertLed(OptionalInt.of(2), List.of(2), List.of());
        assertThat(history.report(2, ReplicaFault.CORRUPT).reply())
                .isEqualTo(new Reply.Reported(false));
        assertLed(OptionalInt.of(2), List.of(2), List.of());
    }

    /** P19, I10: it counted only because there was nobody else. */
    @Test
    void whoeverIsDamagedCountsOnlyUntilASoundOneIsInSync() {
        history.brokers(1, 2, 3).topic(Map.of("min.insync.replicas", "1"), 1, 2, 3);
        history.propose(history.proposal(history.partition(), 1));
        history.report(1, ReplicaFault.CORRUPT);
        assertLed(OptionalInt.of(1), List.of(1), List.of());
        history.propose(history.proposal(history.partition(), 1, 2));
        assertLed(OptionalInt.of(2), List.of(2), List.of());
    }

    @Test
    void aFaultyReplicaJoinsOnceItIsWholeAgain() {
        history.brokers(1, 2).topic(PLAIN, 1, 2);
        history.report(2, ReplicaFault.CORRUPT);
        assertThat(history.propose(history.proposal(history.partition(), 1, 2)).ineligible())
                .containsExactly(2);
        history.report(2, ReplicaFault.NONE);
        history.propose(history.proposal(history.partition(), 1, 2));
        assertLed(OptionalInt.of(1), List.of(1, 2), List.of());
    }

    /** P17: after a power cut of all, any of them may have the only copy. */
    @Test
    void suspectsAloneWaitForAllAndElectTheOneThatHasMost() {
        history.brokers(1, 2).topic(PLAIN, 1, 2);
        history.register(1);
        history.register(2);
        assertLed(OptionalInt.empty(), List.of(), List.of(1, 2));
        history.report(1, ReplicaFault.SUSPECT, suspect(4, 100));
        assertLed(OptionalInt.empty(), List.of(), List.of(2));
        history.report(2, ReplicaFault.SUSPECT, suspect(4, 90));
        history.unfence(2);
        assertThat(history.partition().leader()).as("1 may have more").isEmpty();
        history.unfence(1);
        assertLed(OptionalInt.of(1), List.of(1), List.of());
        assertThat(history.partition().recovering()).isTrue();
        assertThat(history.partition().replicas().get(0).fault()).isEqualTo(ReplicaFault.NONE);
        assertThat(history.state().ledger().suspects()).isEmpty();
    }

    @Test
    void aLoneSuspectIsElectedAndMarked() {
        history.brokers(1).topic(PLAIN, 1);
        history.register(1);
        history.report(1, ReplicaFault.SUSPECT, suspect(0, 5));
        history.unfence(1);
        assertLed(OptionalInt.of(1), List.of(1), List.of());
        assertThat(history.partition().recovering()).isTrue();
    }

    private static Command.SuspectLog suspect(int lastEpoch, long logEndOffset) {
        return new Command.SuspectLog(OptionalInt.of(lastEpoch), logEndOffset);
    }

    /** P7. */
    @Test
    void aLostReplicaIsElectedOnlyUncleanly() {
        history.brokers(1).topic(PLAIN, 1);
        history.report(1, ReplicaFault.LOST);
        assertLed(OptionalInt.empty(), List.of(), List.of());
        history.alter(Map.of("unclean.leader.election.enable", "true"));
        assertLed(OptionalInt.of(1), List.of(1), List.of());
        assertThat(history.partition().recovering()).isTrue();
        PartitionEntry partition = history.partition();
        Command.Proposal proposal = history.proposal(partition, 1);
        history.propose(
                new Command.Proposal(
                        proposal.topicId(),
                        0,
                        proposal.leaderEpoch(),
                        proposal.partitionEpoch(),
                        proposal.isr(),
                        true));
        assertThat(history.partition().recovering()).isFalse();
    }
}
