// SPDX-License-Identifier: Apache-2.0
package io.taffrail.api;

import io.taffrail.api.internal.v1.PartitionState;
import io.taffrail.api.internal.v1.TopicState;
import io.taffrail.api.v1.Partitioner;
import io.taffrail.model.cluster.PartitionEntry;
import io.taffrail.model.cluster.PartitionerType;
import io.taffrail.model.cluster.TopicEntry;
import java.util.OptionalInt;
import java.util.TreeMap;

/** Topics and partitions. */
final class TopicEntryTranslator {
    private TopicEntryTranslator() {}

    static TopicState toProto(TopicEntry topic) {
        return TopicState.newBuilder()
                .setTopicId(TopicIdTranslator.toProto(topic.topicId()))
                .setTopic(topic.name())
                .putAllConfigs(topic.configs())
                .setPartitioner(
                        switch (topic.partitioner()) {
                            case MURMUR2 -> Partitioner.PARTITIONER_MURMUR2;
                        })
                .setReplicationFactor(topic.replicationFactor())
                .build();
    }

    static TopicEntry toModel(TopicState proto) {
        return new TopicEntry(
                TopicIdTranslator.toModel(proto.getTopicId()),
                proto.getTopic(),
                new TreeMap<>(proto.getConfigsMap()),
                partitioner(proto.getPartitioner()),
                proto.getReplicationFactor());
    }

    /** Another one would send keys elsewhere: it must not be taken for the one that is known. */
    private static PartitionerType partitioner(Partitioner partitioner) {
        if (partitioner != Partitioner.PARTITIONER_MURMUR2) {
            throw new IllegalArgumentException("partitioner " + partitioner + " is not known here");
        }
        return PartitionerType.MURMUR2;
    }

    static PartitionState toProto(PartitionEntry partition) {
        PartitionState.Builder proto =
                PartitionState.newBuilder()
                        .setTopicId(TopicIdTranslator.toProto(partition.topicId()))
                        .setPartition(partition.partition())
                        .addAllReplicas(ReplicaTranslator.toProtos(partition.replicas()))
                        .setLeaderEpoch(partition.leaderEpoch())
                        .setPartitionEpoch(partition.partitionEpoch())
                        .addAllIsr(partition.isr())
                        .addAllElr(partition.elr())
                        .addAllLastKnown(ReplicaTranslator.toProtos(partition.lastKnown()))
                        .setEffectiveMinIsr(partition.effectiveMinIsr())
                        .setRecovering(partition.recovering())
                        .addAllAddingBrokerIds(partition.adding())
                        .addAllRemovingBrokerIds(partition.removing());
        partition.leader().ifPresent(proto::setLeaderId);
        return proto.build();
    }

    static PartitionEntry toModel(PartitionState proto) {
        return new PartitionEntry(
                TopicIdTranslator.toModel(proto.getTopicId()),
                proto.getPartition(),
                ReplicaTranslator.toModels(proto.getReplicasList()),
                proto.hasLeaderId() ? OptionalInt.of(proto.getLeaderId()) : OptionalInt.empty(),
                proto.getLeaderEpoch(),
                proto.getPartitionEpoch(),
                proto.getIsrList(),
                proto.getElrList(),
                ReplicaTranslator.toModels(proto.getLastKnownList()),
                proto.getEffectiveMinIsr(),
                proto.getRecovering(),
                proto.getAddingBrokerIdsList(),
                proto.getRemovingBrokerIdsList());
    }
}
