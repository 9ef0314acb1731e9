// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.ratis;

import com.google.protobuf.ByteString;
import io.taffrail.api.TopicIdTranslator;
import io.taffrail.api.internal.v1.ControllerCommand;
import io.taffrail.api.internal.v1.DecommissionBrokerCommand;
import io.taffrail.api.internal.v1.DrainBrokerCommand;
import io.taffrail.api.internal.v1.ElectLeadersCommand;
import io.taffrail.api.internal.v1.EndMoveThrottleCommand;
import io.taffrail.api.internal.v1.MoveCommand;
import io.taffrail.api.internal.v1.PartitionSelector;
import io.taffrail.api.internal.v1.ReassignPartitionsCommand;
import io.taffrail.api.v1.ReplicaAssignment;
import io.taffrail.controller.decide.Command;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Commands that move replicas and leaderships, to and from their messages. */
final class MoveCommands {
    private MoveCommands() {}

    static Command toModel(ReassignPartitionsCommand proto) {
        return new Command.ReassignPartitions(
                proto.getMovesList().stream().map(MoveCommands::move).toList(),
                proto.hasThrottleBytesPerSecond()
                        ? OptionalLong.of(proto.getThrottleBytesPerSecond())
                        : OptionalLong.empty());
    }

    private static Command.Move move(MoveCommand proto) {
        Optional<List<Integer>> target =
                proto.hasTarget()
                        ? Optional.of(proto.getTarget().getBrokerIdsList())
                        : Optional.empty();
        return new Command.Move(selector(proto.getPartition()), target);
    }

    private static Command.PartitionSelector selector(PartitionSelector proto) {
        ByteString id = proto.getTopicId();
        return new Command.PartitionSelector(
                proto.getTopic(),
                id.isEmpty() ? Optional.empty() : Optional.of(TopicIdTranslator.toModel(id)),
                proto.getPartition());
    }

    static Command toModel(ElectLeadersCommand proto) {
        return new Command.ElectLeaders(
                proto.getUnclean(),
                proto.getPartitionsList().stream().map(MoveCommands::selector).toList(),
                proto.hasLeaderId() ? OptionalInt.of(proto.getLeaderId()) : OptionalInt.empty());
    }

    static Command toModel(DecommissionBrokerCommand proto) {
        return new Command.DecommissionBroker(
                proto.getBrokerId(),
                proto.getCancel(),
                proto.hasThrottleBytesPerSecond()
                        ? OptionalLong.of(proto.getThrottleBytesPerSecond())
                        : OptionalLong.empty());
    }

    static Command toModel(DrainBrokerCommand proto) {
        return new Command.DrainBroker(proto.getBrokerId(), proto.getMaxMoves());
    }

    /** Whether the command was one of these, and is written. */
    static boolean write(Command command, ControllerCommand.Builder entry) {
        if (command instanceof Command.ReassignPartitions reassign) {
            entry.setReassignPartitions(toProto(reassign));
        } else if (command instanceof Command.ElectLeaders elect) {
            entry.setElectLeaders(toProto(elect));
        } else if (command instanceof Command.DecommissionBroker decommission) {
            DecommissionBrokerCommand.Builder proto =
                    DecommissionBrokerCommand.newBuilder()
                            .setBrokerId(decommission.brokerId())
                            .setCancel(decommission.cancel());
            decommission.throttle().ifPresent(proto::setThrottleBytesPerSecond);
            entry.setDecommissionBroker(proto);
        } else if (command instanceof Command.DrainBroker drain) {
            entry.setDrainBroker(
                    DrainBrokerCommand.newBuilder()
                            .setBrokerId(drain.brokerId())
                            .setMaxMoves(drain.maxMoves()));
        } else if (command instanceof Command.EndMoveThrottle) {
            entry.setEndMoveThrottle(EndMoveThrottleCommand.getDefaultInstance());
        } else {
            return false;
        }
        return true;
    }

    private static ReassignPartitionsCommand toProto(Command.ReassignPartitions command) {
        ReassignPartitionsCommand.Builder proto = ReassignPartitionsCommand.newBuilder();
        for (Command.Move move : command.moves()) {
            MoveCommand.Builder one =
                    MoveCommand.newBuilder().setPartition(toProto(move.partition()));
            move.target()
                    .ifPresent(
                            ids ->
                                    one.setTarget(
                                            ReplicaAssignment.newBuilder().addAllBrokerIds(ids)));
            proto.addMoves(one);
        }
        command.throttle().ifPresent(proto::setThrottleBytesPerSecond);
        return proto.build();
    }

    private static ElectLeadersCommand toProto(Command.ElectLeaders command) {
        ElectLeadersCommand.Builder proto =
                ElectLeadersCommand.newBuilder().setUnclean(command.unclean());
        command.partitions().forEach(selector -> proto.addPartitions(toProto(selector)));
        command.leader().ifPresent(proto::setLeaderId);
        return proto.build();
    }

    private static PartitionSelector toProto(Command.PartitionSelector selector) {
        PartitionSelector.Builder proto =
                PartitionSelector.newBuilder()
                        .setTopic(selector.topic())
                        .setPartition(selector.partition());
        selector.topicId().map(TopicIdTranslator::toProto).ifPresent(proto::setTopicId);
        return proto.build();
    }
}
