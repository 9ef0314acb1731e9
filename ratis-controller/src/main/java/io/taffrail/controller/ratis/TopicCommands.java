// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.ratis;

import com.google.protobuf.ByteString;
import io.taffrail.api.TopicIdTranslator;
import io.taffrail.api.internal.v1.AlterConfigCommand;
import io.taffrail.api.internal.v1.ControllerCommand;
import io.taffrail.api.internal.v1.CreatePartitionsCommand;
import io.taffrail.api.internal.v1.CreateTopicCommand;
import io.taffrail.api.internal.v1.DeleteTopicCommand;
import io.taffrail.api.v1.ReplicaAssignment;
import io.taffrail.controller.decide.Command;
import io.taffrail.model.TopicId;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** Commands about topics, to and from their messages. */
final class TopicCommands {
    private TopicCommands() {}

    static Command toModel(CreateTopicCommand proto) {
        return new Command.CreateTopic(
                TopicIdTranslator.toModel(proto.getTopicId()),
                proto.getTopic(),
                proto.getPartitionCount(),
                proto.getReplicationFactor(),
                new TreeMap<>(proto.getConfigsMap()),
                assignments(proto.getAssignmentsList()));
    }

    static Command toModel(DeleteTopicCommand proto) {
        return new Command.DeleteTopic(proto.getTopic(), topicId(proto.getTopicId()));
    }

    static Command toModel(CreatePartitionsCommand proto) {
        return new Command.CreatePartitions(
                proto.getTopic(),
                topicId(proto.getTopicId()),
                proto.getPartitionCount(),
                assignments(proto.getAssignmentsList()));
    }

    static Command toModel(AlterConfigCommand proto) {
        return new Command.AlterConfig(
                proto.getTopic(),
                topicId(proto.getTopicId()),
                new TreeMap<>(proto.getConfigsMap()),
                new TreeSet<>(proto.getUnsetConfigsList()));
    }

    private static Optional<TopicId> topicId(ByteString bytes) {
        return bytes.isEmpty() ? Optional.empty() : Optional.of(TopicIdTranslator.toModel(bytes));
    }

    private static ByteString bytes(Optional<TopicId> topicId) {
        return topicId.map(TopicIdTranslator::toProto).orElse(ByteString.EMPTY);
    }

    private static List<List<Integer>> assignments(List<ReplicaAssignment> protos) {
        return protos.stream().map(ReplicaAssignment::getBrokerIdsList).toList();
    }

    private static List<ReplicaAssignment> toProtos(List<List<Integer>> assignments) {
        return assignments.stream()
                .map(ids -> ReplicaAssignment.newBuilder().addAllBrokerIds(ids).build())
                .toList();
    }

    /** Whether the command was one about topics, and is written. */
    static boolean write(Command command, ControllerCommand.Builder entry) {
        if (command instanceof Command.CreateTopic create) {
            entry.setCreateTopic(
                    CreateTopicCommand.newBuilder()
                            .setTopicId(TopicIdTranslator.toProto(create.topicId()))
                            .setTopic(create.name())
                            .setPartitionCount(create.partitions())
                            .setReplicationFactor(create.replicationFactor())
                            .putAllConfigs(create.configs())
                            .addAllAssignments(toProtos(create.assignments())));
        } else if (command instanceof Command.DeleteTopic delete) {
            entry.setDeleteTopic(
                    DeleteTopicCommand.newBuilder()
                            .setTopic(delete.name())
                            .setTopicId(bytes(delete.topicId())));
        } else if (command instanceof Command.CreatePartitions create) {
            entry.setCreatePartitions(
                    CreatePartitionsCommand.newBuilder()
                            .setTopic(create.name())
                            .setTopicId(bytes(create.topicId()))
                            .setPartitionCount(create.partitions())
                            .addAllAssignments(toProtos(create.assignments())));
        } else if (command instanceof Command.AlterConfig alter) {
            entry.setAlterConfig(
                    AlterConfigCommand.newBuilder()
                            .setTopic(alter.name())
                            .setTopicId(bytes(alter.topicId()))
                            .putAllConfigs(alter.set())
                            .addAllUnsetConfigs(alter.unset()));
        } else {
            return false;
        }
        return true;
    }
}
