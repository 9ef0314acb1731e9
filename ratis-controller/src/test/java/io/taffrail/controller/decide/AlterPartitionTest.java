// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.model.LogError;
import io.taffrail.model.LogError.CanonicalCode;
import io.taffrail.model.cluster.PartitionEntry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** In the order in which a proposal is checked. */
class AlterPartitionTest {
    private final History history = new History().brokers(1, 2, 3).topic(Map.of(), 1, 2, 3);
    private final PartitionEntry partition = history.partition();

    private Command.Proposal with(int leaderEpoch, long partitionEpoch, Command.Proposal like) {
        return new Command.Proposal(
                like.topicId(), 0, leaderEpoch, partitionEpoch, like.isr(), like.recovered());
    }

    private Optional<LogError> refusal(Command.Proposal proposal) {
        return history.propose(proposal).refusal().orElseThrow().error();
    }

    @Test
    void aLeaderThatIsAheadFindsNoController() {
        Command.Proposal proposal = history.proposal(partition, 1, 2);
        assertThat(refusal(with(partition.leaderEpoch() + 1, 0, proposal)))
                .contains(LogError.NOT_CONTROLLER);
        assertThat(refusal(with(partition.leaderEpoch(), partition.partitionEpoch() + 1, proposal)))
                .contains(LogError.NOT_CONTROLLER);
    }

    @Test
    void anOldLeaderIsFenced() {
        history.fence(1);
        history.unfence(1);
        Decision decision =
                history.apply(
                        new Command.AlterPartition(
                                1,
                                history.epoch(1).orElseThrow(),
                                List.of(history.proposal(partition, 1, 2)),
                                new TreeSet<>()));
        Reply.Proposed proposed = (Reply.Proposed) decision.reply();
        assertThat(proposed.outcomes().get(0).refusal().orElseThrow().error())
                .contains(LogError.STALE_EPOCH);
    }

    @Test
    void anOldPartitionEpochIsStale() {
        Reply.ProposalOutcome made = history.propose(history.proposal(partition, 1, 2));
        assertThat(made.partitionEpoch()).hasValue(partition.partitionEpoch() + 1);
        assertThat(refusal(history.proposal(partition, 1, 3))).contains(LogError.STALE_EPOCH);
    }

    /** P9: a leader withdraws what it proposed before by proposing the ISR as it is. */
    @Test
    void theSameIsrMakesANewPartitionEpochToo() {
        Command.Proposal pending = history.proposal(partition, 1, 2);
        Reply.ProposalOutcome made = history.propose(history.proposal(partition, 1, 2, 3));
        assertThat(made.partitionEpoch()).hasValue(partition.partitionEpoch() + 1);
        assertThat(history.partition().leaderEpoch()).isEqualTo(partition.leaderEpoch());
        assertThat(refusal(pending)).contains(LogError.STALE_EPOCH);
    }

    @Test
    void anIsrHoldsItsLeaderAndOnlyReplicas() {
        assertThat(
                        history.propose(history.proposal(partition, 2, 3))
                                .refusal()
                                .orElseThrow()
                                .code())
                .isEqualTo(CanonicalCode.INVALID_ARGUMENT);
        assertThat(
                        history.propose(history.proposal(partition, 1, 4))
                                .refusal()
                                .orElseThrow()
                                .code())
                .isEqualTo(CanonicalCode.INVALID_ARGUMENT);
    }

    /** KIP-841, KIP-903. */
    @Test
    void whoIsFencedOrWasRestartedMayNotJoin() {
        history.fence(3);
        assertThat(history.propose(history.proposal(history.partition(), 1, 2, 3)).ineligible())
                .containsExactly(3);
        Command.Proposal old = history.proposal(history.partition(), 1, 2, 3);
        history.register(3);
        history.unfence(3);
        assertThat(history.propose(old).ineligible()).containsExactly(3);
    }

    @Test
    void aBrokerOfAnotherEpochIsRefusedWhole() {
        Decision decision =
                history.apply(new Command.AlterPartition(1, 99, List.of(), new TreeSet<>()));
        assertThat(decision.refusal().orElseThrow().error()).contains(LogError.STALE_EPOCH);
    }
}
