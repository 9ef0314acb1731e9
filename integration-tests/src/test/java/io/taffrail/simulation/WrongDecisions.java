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
import java.util.function.UnaryOperator;

/** Controllers that do not compare what a leader knows with what is. */
final class WrongDecisions {
    private WrongDecisions() {}

    /** Whoever is to join is taken for the process that runs now. */
    static Decision ignoringBrokerEpochs(
            ControllerState state, Command command, MetadataVersion at, long timeMs) {
        return state.decide(believed(command, proposal -> ofNow(state, proposal)), at, timeMs);
    }

    private static Command believed(Command command, UnaryOperator<Proposal> belief) {
        return command instanceof AlterPartition alter
                ? new AlterPartition(
                        alter.brokerId(),
                        alter.brokerEpoch(),
                        alter.proposals().stream().map(belief).toList(),
                        alter.cutOff())
                : command;
    }

    private static Proposal ofNow(ControllerState state, Proposal proposal) {
        return with(
                proposal,
                proposal.partitionEpoch(),
                proposal.isr().stream().map(member -> ofNow(state, member)).toList());
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
        return state.decide(believed(command, proposal -> renewed(state, proposal)), at, timeMs);
    }

    private static Proposal renewed(ControllerState state, Proposal proposal) {
        return now(state, proposal)
                .filter(now -> isOfThisLeader(now, proposal))
                .map(now -> with(proposal, now.partitionEpoch(), proposal.isr()))
                .orElse(proposal);
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
