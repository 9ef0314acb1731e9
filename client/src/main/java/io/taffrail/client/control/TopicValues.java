// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.control;

import io.taffrail.api.v1.TopicDescription;
import io.taffrail.client.admin.ConfigEntry;
import io.taffrail.client.admin.PartitionDescription;
import io.taffrail.client.admin.PartitionOffsets;
import io.taffrail.client.admin.ReplicaDescription;
import io.taffrail.client.admin.ReplicaProgress;
import io.taffrail.client.admin.TopicSummary;
import io.taffrail.model.TopicId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Topics and partitions out of messages. */
final class TopicValues {
    private TopicValues() {}

    static TopicSummary summary(io.taffrail.api.v1.TopicSummary topic) {
        return new TopicSummary(
                topic.getTopic(),
                TopicId.parse(topic.getTopicId()),
                topic.getPartitionCount(),
                topic.getReplicationFactor(),
                topic.getInternal());
    }

    /**
     * @param partitions all of them: a page has only some
     */
    static io.taffrail.client.admin.TopicDescription description(
            TopicDescription topic, List<PartitionDescription> partitions) {
        return new io.taffrail.client.admin.TopicDescription(
                topic.getTopic(),
                TopicId.parse(topic.getTopicId()),
                topic.getPartitionCount(),
                topic.getReplicationFactor(),
                topic.getInternal(),
                partitioner(topic.getPartitioner()),
                configs(topic.getConfigsList()),
                partitions);
    }

    private static String partitioner(io.taffrail.api.v1.Partitioner partitioner) {
        return switch (partitioner) {
            case PARTITIONER_MURMUR2 -> "murmur2";
            case PARTITIONER_UNSPECIFIED, UNRECOGNIZED -> "unknown";
        };
    }

    static List<ConfigEntry> configs(List<io.taffrail.api.v1.ConfigEntry> configs) {
        return configs.stream().map(TopicValues::config).toList();
    }

    private static ConfigEntry config(io.taffrail.api.v1.ConfigEntry config) {
        return new ConfigEntry(
                config.getName(),
                config.getValue(),
                source(config.getSource()),
                config.getInheritedValue(),
                config.getReadOnly(),
                config.getDocumentation());
    }

    private static ConfigEntry.Source source(io.taffrail.api.v1.ConfigSource source) {
        return switch (source) {
            case CONFIG_SOURCE_TOPIC -> ConfigEntry.Source.TOPIC;
            case CONFIG_SOURCE_CLUSTER -> ConfigEntry.Source.CLUSTER;
            case CONFIG_SOURCE_DEFAULT -> ConfigEntry.Source.DEFAULT;
            case CONFIG_SOURCE_UNSPECIFIED, UNRECOGNIZED -> ConfigEntry.Source.UNKNOWN;
        };
    }

    static List<PartitionDescription> partitions(
            List<io.taffrail.api.v1.PartitionDescription> partitions) {
        return partitions.stream().map(TopicValues::partition).toList();
    }

    static PartitionDescription partition(io.taffrail.api.v1.PartitionDescription partition) {
        return new PartitionDescription(
                partition.getPartition(),
                partition.hasLeaderId()
                        ? OptionalInt.of(partition.getLeaderId())
                        : OptionalInt.empty(),
                partition.getLeaderEpoch(),
                partition.getPartitionEpoch(),
                partition.getReplicasList().stream().map(TopicValues::replica).toList(),
                partition.getIsrList(),
                partition.getElrList(),
                partition.hasLastKnownLeaderId()
                        ? OptionalInt.of(partition.getLastKnownLeaderId())
                        : OptionalInt.empty(),
                partition.getEffectiveMinIsr(),
                partition.getRecovering(),
                partition.getAddingBrokerIdsList(),
                partition.getRemovingBrokerIdsList(),
                partition.hasOffsets()
                        ? Optional.of(offsets(partition.getOffsets()))
                        : Optional.empty());
    }

    private static PartitionOffsets offsets(io.taffrail.api.v1.PartitionOffsets offsets) {
        return new PartitionOffsets(
                offsets.getLogStartOffset(),
                offsets.hasHighWatermark()
                        ? OptionalLong.of(offsets.getHighWatermark())
                        : OptionalLong.empty(),
                offsets.getLogEndOffset());
    }

    private static ReplicaDescription replica(io.taffrail.api.v1.ReplicaDescription replica) {
        return new ReplicaDescription(
                replica.getBrokerId(),
                replica.getDirectoryId(),
                state(replica.getState()),
                replica.hasProgress()
                        ? Optional.of(progress(replica.getProgress()))
                        : Optional.empty());
    }

    private static ReplicaDescription.State state(io.taffrail.api.v1.ReplicaState state) {
        return switch (state) {
            case REPLICA_STATE_ONLINE -> ReplicaDescription.State.ONLINE;
            case REPLICA_STATE_OFFLINE -> ReplicaDescription.State.OFFLINE;
            case REPLICA_STATE_SUSPECT -> ReplicaDescription.State.SUSPECT;
            case REPLICA_STATE_CORRUPT -> ReplicaDescription.State.CORRUPT;
            case REPLICA_STATE_LOST -> ReplicaDescription.State.LOST;
            case REPLICA_STATE_UNSPECIFIED, UNRECOGNIZED -> ReplicaDescription.State.UNKNOWN;
        };
    }

    private static ReplicaProgress progress(io.taffrail.api.v1.ReplicaProgress progress) {
        return new ReplicaProgress(
                progress.getAcknowledgedOffset(),
                progress.getLagRecords(),
                duration(progress.getLagTime()),
                progress.hasSizeBytes()
                        ? OptionalLong.of(progress.getSizeBytes())
                        : OptionalLong.empty());
    }

    static Duration duration(com.google.protobuf.Duration duration) {
        return Duration.ofSeconds(duration.getSeconds(), duration.getNanos());
    }
}
