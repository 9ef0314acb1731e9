// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taffrail.model.BrokenInvariantException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class LeaderStateTest {
    private final LeaderScript script = new LeaderScript();

    // I3, I4: what is committed

    @Test
    void commitsWhatTheWholeIsrHas() {
        script.lead(List.of(1, 2), 2, 10, 10).open(2, 10).append(20).durable(20);
        assertThat(script.highWatermark()).isEqualTo(10);
        script.acknowledge(2, 15);
        assertThat(script.highWatermark()).isEqualTo(15);
    }

    @Test
    void standsStillBelowTheMinIsr() {
        script.lead(List.of(1), 2, 10, 10).open(3, 10).append(20).durable(20);
        assertThat(script.state().hasEnoughReplicas()).isFalse();
        assertThat(script.highWatermark()).isEqualTo(10);
        script.changed(List.of(1, 3), 2).acknowledge(3, 12);
        assertThat(script.highWatermark()).isEqualTo(12);
    }

    @Test
    void countsWhoeverIsProposedAndNotYetAnswered() { // I3, I7
        script.lead(List.of(1, 2), 2, 10, 10).open(2, 10).open(3, 10);
        assertThat(script.proposal().orElseThrow().isr())
                .extracting(IsrProposal.Member::brokerId)
                .containsExactly(1, 2, 3);
        script.append(20).durable(20).acknowledge(2, 20);
        assertThat(script.highWatermark()).as("3 counts, and has nothing").isEqualTo(10);
        script.acknowledge(3, 17);
        assertThat(script.highWatermark()).isEqualTo(17);
    }

    @Test
    void doesNotCountTheProposedForTheMinIsr() { // I3
        script.lead(List.of(1), 2, 10, 10).open(3, 10);
        assertThat(script.proposal()).isPresent();
        script.append(20).durable(20).acknowledge(3, 20);
        assertThat(script.highWatermark()).isEqualTo(10);
        script.changed(List.of(1, 3), 2);
        assertThat(script.highWatermark()).isEqualTo(20);
    }

    @Test
    void tellsNoHighWatermarkBeforeItsEpochBegan() { // P13
        script.lead(List.of(1), 1, 10, 4);
        assertThat(script.state().reportedHighWatermark()).isEmpty();
        script.durable(9);
        assertThat(script.state().reportedHighWatermark()).isEmpty();
        script.durable(10);
        assertThat(script.state().reportedHighWatermark()).isEqualTo(OptionalLong.of(10));
    }

    @Test
    void takesNoOlderStateAndNoOtherEpoch() {
        script.lead(List.of(1), 1, 0, 0).changed(List.of(1, 2), 2);
        assertThat(script.state().onPartitionChanged(script.entry(0, List.of(1), 1), 0, 0))
                .isFalse();
        assertThat(script.state().inSync()).isEqualTo(2);
        assertThatThrownBy(
                        () ->
                                script.state()
                                        .onPartitionChanged(
                                                script.entryOfEpoch(6, 8, List.of(1), 1), 0, 0))
                .isInstanceOf(BrokenInvariantException.class);
    }

    // P12: subscriptions

    @Test
    void dropsAcknowledgementsOfAnEarlierSubscription() {
        script.lead(List.of(1, 2), 2, 10, 10).open(2, 10).append(20).durable(20);
        long stale = script.subscription(2);
        script.open(2, 10).acknowledge(2, stale, 20);
        assertThat(script.highWatermark()).isEqualTo(10);
        script.acknowledge(2, 12);
        assertThat(script.highWatermark()).isEqualTo(12);
    }

    @Test
    void anOpenSetsWhatWasAcknowledged() {
        script.lead(List.of(1, 2), 2, 10, 10).append(20).durable(20).open(2, 20);
        assertThat(script.highWatermark()).isEqualTo(20);
        script.append(30).durable(30).open(2, 20);
        assertThat(script.state().acknowledgedBy(2)).isEqualTo(OptionalLong.of(20));
    }

    @Test
    void refusesAnOpenThatCameLate() {
        script.lead(List.of(1, 2), 2, 10, 10).open(2, 10);
        FollowerOpen late = script.openOf(2, 10);
        script.open(2, 10);
        assertThat(script.state().mayOpen(late)).isEqualTo(LeaderState.Opened.PASSED);
    }

    @Test
    void refusesAFollowerThatWasRegisteredAgain() {
        script.lead(List.of(1, 2), 2, 10, 10).open(2, 10).append(20).durable(20);
        FollowerOpen old = script.openOf(2, 20);
        script.registeredAgain(2);
        assertThat(script.state().mayOpen(old)).isEqualTo(LeaderState.Opened.STALE_BROKER);
        script.acknowledge(2, 20);
        assertThat(script.highWatermark())
                .as("an acknowledgement of the process before")
                .isEqualTo(10);
    }

    @Test
    void refusesAFollowerFromAnotherDirectory() {
        script.lead(List.of(1, 2), 2, 10, 10);
        assertThat(script.state().mayOpen(script.openFromOtherDirectory(2, 10)))
                .isEqualTo(LeaderState.Opened.NOT_A_REPLICA);
    }

    // I8: who joins

    @Test
    void nobodyJoinsBelowTheHighWatermark() {
        script.lead(List.of(1, 2), 1, 10, 10).append(30).durable(30).open(2, 30).open(3, 29);
        assertThat(script.highWatermark()).isEqualTo(30);
        assertThat(script.proposal()).isEmpty();
        script.acknowledge(3, 30);
        assertThat(script.proposal()).isPresent();
    }

    @Test
    void nobodyJoinsBelowTheEpochsFirstOffset() {
        script.lead(List.of(1), 1, 30, 10).open(3, 20);
        assertThat(script.proposal()).isEmpty();
        script.acknowledge(3, 30);
        assertThat(script.proposal()).isPresent();
    }

    @Test
    void nobodyJoinsUnderAnEarlierRegistration() { // KIP-903
        script.lead(List.of(1), 1, 10, 10).open(3, 10).registeredAgain(3);
        assertThat(script.proposal()).isEmpty();
        script.open(3, 10);
        assertThat(script.proposal().orElseThrow().isr())
                .contains(new IsrProposal.Member(3, script.brokerEpoch(3)));
    }

    @Test
    void nobodyJoinsWhileTheLeaderRecovers() { // P7
        script.recovering(List.of(1), 1, 10, 10).open(3, 10);
        IsrProposal first = script.proposal().orElseThrow();
        assertThat(first.recovered()).isTrue();
        assertThat(first.isr()).extracting(IsrProposal.Member::brokerId).containsExactly(1);
        script.changed(List.of(1), 1);
        assertThat(script.proposal().orElseThrow().isr()).hasSize(2);
    }

    // Who leaves

    @Test
    void whoeverIsNotAtTheLogEndForTooLongLeaves() {
        script.lead(List.of(1, 2), 1, 10, 10).open(2, 10).append(20).durable(20);
        script.after(LeaderScript.LAG_MS - 100);
        assertThat(script.proposal()).isEmpty();
        script.after(300);
        assertThat(script.proposal().orElseThrow().isr()).hasSize(1);
        script.append(30).durable(30);
        assertThat(script.highWatermark())
                .as("a member until the metadata says otherwise (I7)")
                .isEqualTo(10);
        script.changed(List.of(1), 1);
        assertThat(script.highWatermark()).isEqualTo(30);
    }

    /** Without: it joins and leaves as fast as the controller answers. */
    @Test
    void whoeverLeftForThatDoesNotComeBackForHavingWhatIsCommitted() {
        script.lead(List.of(1, 2), 2, 10, 10).open(2, 10).append(20).durable(20);
        script.after(LeaderScript.LAG_MS + 200);
        assertThat(script.proposal().orElseThrow().isr()).hasSize(1);
        script.changed(List.of(1), 2);
        assertThat(script.highWatermark()).as("too few are in sync").isEqualTo(10);
        assertThat(script.proposal()).isEmpty();
        script.acknowledge(2, 20);
        assertThat(script.proposal().orElseThrow().isr()).hasSize(2);
    }

    @Test
    void underASteadyLoadItIsEnoughToHaveWhatThereWasAMomentAgo() {
        script.lead(List.of(1, 2), 1, 10, 10).open(2, 10);
        for (long end = 20; end < 2_000; end += 10) {
            script.append(end).durable(end).after(100).acknowledge(2, end - 10);
            assertThat(script.proposal()).isEmpty();
        }
    }

    @Test
    void aPauseOfTheLeaderIsNobodysFault() { // P12
        script.lead(List.of(1, 2), 1, 10, 10).open(2, 10).append(20).durable(20);
        script.pausedFor(60_000);
        assertThat(script.proposal()).isEmpty();
    }

    // P9: answers

    @Test
    void anUnansweredProposalIsSentAgainAndItsMembersCount() {
        script.lead(List.of(1), 1, 10, 10).open(3, 10);
        IsrProposal first = script.proposal().orElseThrow();
        assertThat(script.proposal()).as("each is sent once").isEmpty();
        script.answered(first, new ProposalAnswer.Unknown()).after(200);
        assertThat(script.proposal()).contains(first);
        script.append(20).durable(20);
        assertThat(script.highWatermark()).isEqualTo(10);
    }

    @Test
    void theRefusedAreNotAskedForAgainBeforeTheMetadataChanges() {
        script.lead(List.of(1), 1, 10, 10).open(3, 10);
        IsrProposal first = script.proposal().orElseThrow();
        script.answered(first, new ProposalAnswer.Refused(List.of(3))).append(20).durable(20);
        assertThat(script.highWatermark()).as("3 does not count any more").isEqualTo(20);
        script.acknowledge(3, 20).after(1_000);
        assertThat(script.proposal()).isEmpty();
        script.state().onBrokersChanged();
        assertThat(script.proposal()).isPresent();
    }

    @Test
    void aRefusalDoesNotAnswerAnEarlierAttempt() { // I7
        script.lead(List.of(1), 1, 10, 10).open(3, 10);
        IsrProposal first = script.proposal().orElseThrow();
        script.answered(first, new ProposalAnswer.Unknown()).after(200);
        script.answered(script.proposal().orElseThrow(), new ProposalAnswer.Refused(List.of(3)));
        script.append(20).durable(20);
        assertThat(script.highWatermark()).as("the first may still be made").isEqualTo(10);
        script.after(200);
        assertThat(script.proposal().orElseThrow().isr()).as("what is committed").hasSize(1);
        script.changed(List.of(1), 1);
        assertThat(script.highWatermark()).isEqualTo(20);
    }

    // P16, P22

    @Test
    void knowsWhetherTheLogStartIsDurableEverywhere() {
        script.lead(List.of(1, 2), 1, 10, 10).open(2, 10);
        assertThat(script.state().isLogStartInSync(5)).isFalse();
        script.acknowledge(2, script.subscription(2), 10, 5, 0);
        assertThat(script.state().isLogStartInSync(5)).isTrue();
    }

    @Test
    void whoeverIsAboutToJoinAndTheElrNeedTheLogStartToo() {
        script.lead(List.of(1), 1, 10, 10).open(2, 10);
        assertThat(script.proposal()).isPresent();
        assertThat(script.state().isLogStartInSync(5)).as("2 may be in the ISR").isFalse();
        script.acknowledge(2, script.subscription(2), 10, 5, 0);
        assertThat(script.state().isLogStartInSync(5)).isTrue();
        script.changed(List.of(1, 2), List.of(3), 3);
        assertThat(script.state().isLogStartInSync(5)).as("3 may be elected").isFalse();
        script.open(3, 10).acknowledge(3, script.subscription(3), 10, 5, 0);
        assertThat(script.state().isLogStartInSync(5)).isTrue();
    }

    @Test
    void nobodyJoinsWithoutTheLogStart() {
        script.lead(List.of(1), 1, 10, 10).startsAt(5).open(2, 10);
        assertThat(script.proposal()).isEmpty();
        script.acknowledge(2, script.subscription(2), 10, 5, 0);
        assertThat(script.proposal()).isPresent();
    }

    @Test
    void tombstonesWaitForEveryAssignedReplica() {
        script.lead(List.of(1, 2), 1, 10, 10).open(2, 10);
        script.acknowledge(2, script.subscription(2), 10, 0, 8);
        assertThat(script.state().compactedEverywhere(9)).as("3 has not opened").isZero();
        script.open(3, 10).acknowledge(3, script.subscription(3), 10, 0, 7);
        assertThat(script.state().compactedEverywhere(9)).isEqualTo(7);
    }

    /** The same answers as a twin that recomputes everything from the history. */
    @Property(tries = 300)
    void agreesWithASlowTwin(@ForAll long seed) {
        Random random = new Random(seed);
        List<Integer> isr = List.of(1, 2, 3);
        int minIsr = 1 + random.nextInt(3);
        LeaderScript twin = new LeaderScript().lead(isr, minIsr, 0, 0).open(2, 0).open(3, 0);
        twin.append(1_000);
        Map<Integer, Long> ends = new HashMap<>();
        long expected = 0;
        for (int step = 0; step < 60; step++) {
            if (random.nextInt(5) == 0) {
                isr =
                        List.of(List.of(1), List.of(1, 2), List.of(1, 3), List.of(1, 2, 3))
                                .get(random.nextInt(4));
                minIsr = 1 + random.nextInt(3);
                twin.changed(isr, minIsr);
            } else {
                int broker = 1 + random.nextInt(3);
                long end = ends.merge(broker, (long) random.nextInt(10), Long::sum);
                if (broker == 1) {
                    twin.durable(end);
                } else {
                    twin.acknowledge(broker, end);
                }
            }
            long lowest =
                    isr.stream().mapToLong(each -> ends.getOrDefault(each, 0L)).min().orElseThrow();
            if (isr.size() >= minIsr && lowest > expected) {
                expected = lowest;
            }
            assertThat(twin.highWatermark()).isEqualTo(expected);
        }
    }
}
