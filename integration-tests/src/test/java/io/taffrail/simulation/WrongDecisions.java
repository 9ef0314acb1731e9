// SPDX-License-Identifier: Apache-2.0
package io.taffrail.simulation;

import io.taffrail.controller.decide.Command;
import io.taffrail.controller.decide.Command.AlterPartition;
import io.taffrail.controller.decide.Command.IsrMember;
import io.taffrail.controller.decide.Command.Proposal;
import io.taffrail.controller.decide.ControllerState;
import io.taffrail.controller.decide.Decision;
import io.taffrail.model.cluster.MetadataChange;
import io.taffrail.model.cluster.MetadataImage;
import io.taffrail.model.cluster.MetadataVersion;
import io.taffrail.model.cluster.PartitionEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;

/** Controllers that do not compare what a leader knows with what is. */
final class WrongDecisions {
    private WrongDecisions() {}

    /** Whoever is to join is taken for the process that runs now. */
    static Decision ignoringBrokerEpochs(
            ControllerState state, Command command, MetadataVersion at, long timeMs) {
        return state.decide(
                command instanceof AlterPartition alter ? ofNow(state, alter) : command,
                at,
                timeMs);
    }

    private static AlterPartition ofNow(ControllerState state, AlterPartition command) {
        List<Proposal> proposals =
                command.proposals().stream()
                        .map(
                                each ->
                                        with(
                                                each,
                                                each.partitionEpoch(),
                                                each.isr().stream()
                                                        .map(member -> ofNow(state, member))
                                                        .toList()))
                        .toList();
        return new AlterPartition(
                command.brokerId(), command.brokerEpoch(), proposals, command.cutOff());
    }

    private static IsrMember ofNow(ControllerState state, IsrMember member) {
        return state.image()
                .broker(member.brokerId())
                .map(broker -> new IsrMember(broker.brokerId(), broker.brokerEpoch()))
                .orElse(member);
    }

    private static Proposal with(Proposal proposal, long partitionEpoch, List<IsrMember> isr) {
        return new Proposal(
                proposal.topicId(),
                proposal.partition(),
                proposal.leaderEpoch(),
                partitionEpoch,
                isr,
                proposal.recovered());
    }

    /** Whatever has changed since the leader made its proposal, it is taken as if it knew. */
    static Decision ignoringPartitionEpochs(
            ControllerState state, Command command, MetadataVersion at, long timeMs) {
        return state.decide(
                command instanceof AlterPartition alter ? renewed(state, alter) : command,
                at,
                timeMs);
    }

    private static AlterPartition renewed(ControllerState state, AlterPartition command) {
        List<Proposal> proposals =
                command.proposals().stream()
                        .map(
                                proposal ->
                                        now(state, proposal)
                                                .filter(now -> isOfThisLeader(now, proposal))
                                                .map(
                                                        now ->
                                                                with(
                                                                        proposal,
                                                                        now.partitionEpoch(),
                                                                        proposal.isr()))
                                                .orElse(proposal))
                        .toList();
        return new AlterPartition(
                command.brokerId(), command.brokerEpoch(), proposals, command.cutOff());
    }

    private static Optional<PartitionEntry> now(ControllerState state, Proposal proposal) {
        return state.image().partition(proposal.topicId(), proposal.partition());
    }

    private static boolean isOfThisLeader(PartitionEntry now, Proposal proposal) {
        return now.leaderEpoch() == proposal.leaderEpoch()
                && now.partitionEpoch() > proposal.partitionEpoch();
    }

    /** Whoever says that it leads is believed, whichever epoch it says that of. */
    static Decision ignoringLeaderEpochs(
            ControllerState state, Command command, MetadataVersion at, long timeMs) {
        if (!(command instanceof AlterPartition alter)) {
            return state.decide(command, at, timeMs);
        }
        MetadataImage believed = state.image();
        for (Proposal proposal : alter.proposals()) {
            Optional<PartitionEntry> now =
                    now(state, proposal)
                            .filter(each -> each.leaderEpoch() > proposal.leaderEpoch());
            if (now.isPresent()) {
                believed =
                        believed.apply(
                                new MetadataChange.PartitionChanged(
                                        led(now.get(), alter.brokerId(), proposal)));
            }
        }
        Decision decision =
                new ControllerState(believed, state.ledger()).decide(command, at, timeMs);
        return new Decision(
                decision.changes().stream().map(change -> later(change, state)).toList(),
                decision.ledger(),
                decision.reply());
    }

    private static PartitionEntry led(PartitionEntry now, int leader, Proposal proposal) {
        TreeSet<Integer> isr = new TreeSet<>(now.isr());
        isr.add(leader);
        return with(
                now,
                OptionalInt.of(leader),
                new ArrayList<>(isr),
                proposal.leaderEpoch(),
                proposal.partitionEpoch());
    }

    /** Epochs go on from what they were. */
    private static MetadataChange later(MetadataChange change, ControllerState state) {
        if (!(change instanceof MetadataChange.PartitionChanged changed)) {
            return change;
        }
        PartitionEntry to = changed.partition();
        PartitionEntry from = state.image().partition(to.topicId(), to.partition()).orElseThrow();
        boolean another = !to.leader().equals(from.leader());
        return new MetadataChange.PartitionChanged(
                with(
                        to,
                        to.leader(),
                        to.isr(),
                        from.leaderEpoch() + (another ? 1 : 0),
                        from.partitionEpoch() + 1));
    }

    private static PartitionEntry with(
            PartitionEntry entry,
            OptionalInt leader,
            List<Integer> isr,
            int leaderEpoch,
            long partitionEpoch) {
        return new PartitionEntry(
                entry.topicId(),
                entry.partition(),
                entry.replicas(),
                leader,
                leaderEpoch,
                partitionEpoch,
                isr,
                entry.elr(),
                entry.lastKnown(),
                entry.effectiveMinIsr(),
                entry.recovering(),
                entry.adding(),
                entry.removing());
    }
}
