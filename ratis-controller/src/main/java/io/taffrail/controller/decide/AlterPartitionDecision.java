// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.decide;

import io.taffrail.controller.decide.Command.AlterPartition;
import io.taffrail.controller.decide.Command.IsrMember;
import io.taffrail.controller.decide.Command.Proposal;
import io.taffrail.controller.decide.Reply.ProposalOutcome;
import io.taffrail.model.LogError;
import io.taffrail.model.LogError.CanonicalCode;
import io.taffrail.model.cluster.BrokerEntry;
import io.taffrail.model.cluster.PartitionEntry;
import io.taffrail.model.cluster.ReplicaEntry;
import io.taffrail.model.cluster.ReplicaFault;
import io.taffrail.model.cluster.TopicEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/**
 * A leader's proposals for in-sync replicas: compare-and-set on the partition epoch (KIP-497), and
 * members only as they are now (KIP-841, KIP-903). One proposal's refusal does not touch the others
 * (P9).
 */
final class AlterPartitionDecision {
    private final Draft draft;
    private final AlterPartition command;

    private AlterPartitionDecision(Draft draft, AlterPartition command) {
        this.draft = draft;
        this.command = command;
    }

    static Decision decide(Draft draft, AlterPartition command) {
        Optional<Refusal> stale = draft.staleBroker(command.brokerId(), command.brokerEpoch());
        if (stale.isPresent()) {
            return draft.refuse(stale.get());
        }
        AlterPartitionDecision decision = new AlterPartitionDecision(draft, command);
        List<ProposalOutcome> outcomes = new ArrayList<>();
        for (Proposal proposal : command.proposals()) {
            outcomes.add(decision.decide(proposal));
        }
        return draft.accept(new Reply.Proposed(outcomes));
    }

    private ProposalOutcome decide(Proposal proposal) {
        Optional<PartitionEntry> found = partition(proposal);
        if (found.isEmpty()) {
            return ProposalOutcome.refused(
                    Refusal.of(LogError.UNKNOWN_TOPIC, "there is no such partition"));
        }
        PartitionEntry partition = found.get();
        Optional<Refusal> refusal =
                epochs(partition, proposal).or(() -> membership(partition, proposal));
        if (refusal.isPresent()) {
            return ProposalOutcome.refused(refusal.get());
        }
        List<Integer> ineligible = ineligible(partition, proposal);
        if (!ineligible.isEmpty()) {
            return new ProposalOutcome(
                    OptionalLong.empty(),
                    ineligible,
                    Optional.of(
                            Refusal.of(
                                    CanonicalCode.FAILED_PRECONDITION,
                                    "brokers " + ineligible + " may not be in sync at present")));
        }
        return make(partition, proposal);
    }

    private Optional<PartitionEntry> partition(Proposal proposal) {
        return draft.image().partition(proposal.topicId(), proposal.partition());
    }

    /** In this order: who is ahead of this log must not be told that it is behind. */
    private Optional<Refusal> epochs(PartitionEntry partition, Proposal proposal) {
        if (proposal.leaderEpoch() > partition.leaderEpoch()
                || proposal.partitionEpoch() > partition.partitionEpoch()) {
            return Optional.of(
                    Refusal.of(
                            LogError.NOT_CONTROLLER,
                            "the leader knows a later state than this controller"));
        }
        if (proposal.leaderEpoch() < partition.leaderEpoch()) {
            return Optional.of(
                    Refusal.staleEpoch(
                            "leader epoch", proposal.leaderEpoch(), partition.leaderEpoch()));
        }
        if (!partition.isLedBy(command.brokerId())) {
            return Optional.of(notLeader(partition));
        }
        if (proposal.partitionEpoch() < partition.partitionEpoch()) {
            return Optional.of(
                    Refusal.staleEpoch(
                            "partition epoch",
                            proposal.partitionEpoch(),
                            partition.partitionEpoch()));
        }
        return Optional.empty();
    }

    private Refusal notLeader(PartitionEntry partition) {
        Refusal refusal =
                Refusal.of(LogError.NOT_LEADER, "broker " + command.brokerId() + " does not lead")
                        .with("leader_epoch", partition.leaderEpoch());
        OptionalInt leader = partition.leader();
        return leader.isPresent() ? refusal.with("leader_id", leader.getAsInt()) : refusal;
    }

    private Optional<Refusal> membership(PartitionEntry partition, Proposal proposal) {
        Set<Integer> members = members(proposal);
        boolean wellFormed =
                members.size() == proposal.isr().size()
                        && members.contains(command.brokerId())
                        && members.stream().allMatch(id -> partition.replicaOn(id).isPresent());
        if (!wellFormed) {
            return Optional.of(
                    Refusal.of(
                            CanonicalCode.INVALID_ARGUMENT,
                            "an ISR holds its leader and replicas of the assignment, each once; proposed is "
                                    + proposal.isr()));
        }
        if (partition.recovering() && !partition.isr().containsAll(members)) {
            return Optional.of(
                    Refusal.of(
                            CanonicalCode.FAILED_PRECONDITION,
                            "the leader recovers from an unclean election: the ISR does not grow yet"));
        }
        return Optional.empty();
    }

    private static Set<Integer> members(Proposal proposal) {
        Set<Integer> members = new TreeSet<>();
        proposal.isr().forEach(member -> members.add(member.brokerId()));
        return members;
    }

    private List<Integer> ineligible(PartitionEntry partition, Proposal proposal) {
        return proposal.isr().stream()
                .filter(member -> !mayBeInSync(partition, member))
                .map(IsrMember::brokerId)
                .toList();
    }

    /**
     * A member that turned read-only stays, as it holds what it acknowledged; one that is so does
     * not join.
     */
    private boolean mayBeInSync(PartitionEntry partition, IsrMember member) {
        Optional<BrokerEntry> broker =
                draft.image()
                        .broker(member.brokerId())
                        .filter(BrokerEntry::active)
                        .filter(found -> found.brokerEpoch() == member.brokerEpoch());
        if (broker.isEmpty() || partition.isr().contains(member.brokerId())) {
            return broker.isPresent();
        }
        ReplicaEntry replica = partition.replicaOn(member.brokerId()).orElseThrow();
        return !broker.get().readOnly()
                && broker.get().online(replica.directoryId())
                && replica.fault() == ReplicaFault.NONE;
    }

    private ProposalOutcome make(PartitionEntry partition, Proposal proposal) {
        TopicEntry topic = draft.image().topic(proposal.topicId()).orElseThrow().topic();
        List<Integer> isr =
                partition.replicas().stream()
                        .map(ReplicaEntry::brokerId)
                        .filter(members(proposal)::contains)
                        .toList();
        List<Integer> successors = successors(partition, isr);
        if (!successors.isEmpty()) {
            draft.change(topic, partition, change -> change.handTo(successors));
            PartitionEntry handed = partition(proposal).orElseThrow();
            if (!handed.isLedBy(command.brokerId())) {
                return ProposalOutcome.refused(notLeader(handed));
            }
        }
        draft.change(
                topic,
                partition,
                change -> {
                    change.proposeIsr(sameMembers(partition, isr) ? partition.isr() : isr);
                    change.bumpAnyway(); // P9: so a leader withdraws what it proposed before
                    if (proposal.recovered()) {
                        change.recovered();
                    }
                });
        return ProposalOutcome.made(partition(proposal).orElseThrow().partitionEpoch());
    }

    private static boolean sameMembers(PartitionEntry partition, List<Integer> isr) {
        return new TreeSet<>(partition.isr()).equals(new TreeSet<>(isr));
    }

    /** P9: if the leader is the one that is cut off, those it would drop below the minimum lead. */
    private List<Integer> successors(PartitionEntry partition, List<Integer> isr) {
        if (isr.size() >= partition.effectiveMinIsr()) {
            return List.of();
        }
        return partition.isr().stream()
                .filter(id -> !isr.contains(id) && command.cutOff().contains(id))
                .toList();
    }
}
