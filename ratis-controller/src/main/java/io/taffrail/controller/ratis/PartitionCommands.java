// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.ratis;

import static io.taffrail.model.Invariants.check;

import io.taffrail.api.ReplicaTranslator;
import io.taffrail.api.TopicIdTranslator;
import io.taffrail.api.internal.v1.AlterPartitionCommand;
import io.taffrail.api.internal.v1.AlterPartitionRequest;
import io.taffrail.api.internal.v1.ControllerCommand;
import io.taffrail.api.internal.v1.IsrMember;
import io.taffrail.api.internal.v1.PartitionProposal;
import io.taffrail.api.internal.v1.ReportReplicaRequest;
import io.taffrail.controller.decide.Command;
import java.util.List;
import java.util.OptionalInt;
import java.util.SortedSet;
import java.util.TreeSet;

/** Commands about partitions, to and from their messages. */
public final class PartitionCommands {
    private PartitionCommands() {}

    static Command toModel(AlterPartitionCommand proto) {
        return toModel(proto.getRequest(), new TreeSet<>(proto.getCutOffBrokerIdsList()));
    }

    /**
     * Reads a leader's proposals.
     *
     * @param cutOff brokers that say they cannot reach the leader (P9)
     * @throws IllegalArgumentException if they are malformed
     */
    public static Command.AlterPartition toModel(
            AlterPartitionRequest proto, SortedSet<Integer> cutOff) {
        return new Command.AlterPartition(
                proto.getBrokerId(),
                proto.getBrokerEpoch(),
                proto.getProposalsList().stream().map(PartitionCommands::proposal).toList(),
                cutOff);
    }

    private static Command.Proposal proposal(PartitionProposal proto) {
        List<Command.IsrMember> isr =
                proto.getIsrList().stream()
                        .map(
                                member ->
                                        new Command.IsrMember(
                                                member.getBrokerId(), member.getBrokerEpoch()))
                        .toList();
        return new Command.Proposal(
                TopicIdTranslator.toModel(proto.getTopicId()),
                proto.getPartition(),
                proto.getLeaderEpoch(),
                proto.getPartitionEpoch(),
                isr,
                proto.getRecovered());
    }

    /**
     * Reads a replica's report.
     *
     * @throws IllegalArgumentException if it is malformed
     */
    public static Command.ReportReplica toModel(ReportReplicaRequest proto) {
        return new Command.ReportReplica(
                TopicIdTranslator.toModel(proto.getTopicId()),
                proto.getPartition(),
                proto.getLeaderEpoch(),
                proto.getBrokerId(),
                proto.getBrokerEpoch(),
                ReplicaTranslator.toModel(proto.getFault()),
                new Command.SuspectLog(
                        proto.hasLastEpoch()
                                ? OptionalInt.of(proto.getLastEpoch())
                                : OptionalInt.empty(),
                        proto.getLogEndOffset()));
    }

    static void write(Command command, ControllerCommand.Builder entry) {
        if (command instanceof Command.AlterPartition alter) {
            entry.setAlterPartition(
                    AlterPartitionCommand.newBuilder()
                            .setRequest(toProto(alter))
                            .addAllCutOffBrokerIds(alter.cutOff()));
            return;
        }
        check(command instanceof Command.ReportReplica, "nobody writes %s", command.getClass());
        entry.setReportReplica(toProto((Command.ReportReplica) command));
    }

    private static AlterPartitionRequest toProto(Command.AlterPartition command) {
        AlterPartitionRequest.Builder proto =
                AlterPartitionRequest.newBuilder()
                        .setBrokerId(command.brokerId())
                        .setBrokerEpoch(command.brokerEpoch());
        for (Command.Proposal proposal : command.proposals()) {
            proto.addProposals(toProto(proposal));
        }
        return proto.build();
    }

    private static PartitionProposal toProto(Command.Proposal proposal) {
        PartitionProposal.Builder proto =
                PartitionProposal.newBuilder()
                        .setTopicId(TopicIdTranslator.toProto(proposal.topicId()))
                        .setPartition(proposal.partition())
                        .setLeaderEpoch(proposal.leaderEpoch())
                        .setPartitionEpoch(proposal.partitionEpoch())
                        .setRecovered(proposal.recovered());
        for (Command.IsrMember member : proposal.isr()) {
            proto.addIsr(
                    IsrMember.newBuilder()
                            .setBrokerId(member.brokerId())
                            .setBrokerEpoch(member.brokerEpoch()));
        }
        return proto.build();
    }

    private static ReportReplicaRequest toProto(Command.ReportReplica report) {
        ReportReplicaRequest.Builder proto =
                ReportReplicaRequest.newBuilder()
                        .setTopicId(TopicIdTranslator.toProto(report.topicId()))
                        .setPartition(report.partition())
                        .setLeaderEpoch(report.leaderEpoch())
                        .setBrokerId(report.brokerId())
                        .setBrokerEpoch(report.brokerEpoch())
                        .setFault(ReplicaTranslator.toProto(report.fault()))
                        .setLogEndOffset(report.log().logEndOffset());
        report.log().lastEpoch().ifPresent(proto::setLastEpoch);
        return proto.build();
    }
}
