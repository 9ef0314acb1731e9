// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.fake;

import io.taffrail.api.v1.ConfigEntry;
import io.taffrail.api.v1.ConfigSource;
import io.taffrail.api.v1.PartitionDescription;
import io.taffrail.api.v1.PartitionLeader;
import io.taffrail.api.v1.PartitionOffsets;
import io.taffrail.api.v1.Partitioner;
import io.taffrail.api.v1.ReplicaDescription;
import io.taffrail.api.v1.ReplicaProgress;
import io.taffrail.api.v1.ReplicaState;
import io.taffrail.api.v1.TopicDescription;
import io.taffrail.api.v1.TopicLeaders;
import io.taffrail.api.v1.TopicSummary;
import io.taffrail.model.TopicId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * A topic, all of whose partitions one broker leads; every broker has a replica. To be used under
 * the lock of its cluster.
 */
final class FakeTopic {
    private static final String DIRECTORY = "0b0f7c1e-5d3a-4c57-9d57-2f1c31a0b1c2";

    private final FakeCluster cluster;
    private final String name;
    private final String topicId = TopicId.random().toString();
    private final List<FakeLog> logs = new ArrayList<>();
    private final Map<String, String> configs;

    FakeTopic(FakeCluster cluster, String name, int partitions, Map<String, String> configs) {
        this.cluster = cluster;
        this.name = name;
        this.configs = new TreeMap<>(configs);
        growTo(partitions);
    }

    void growTo(int partitions) {
        while (logs.size() < partitions) {
            logs.add(new FakeLog());
        }
    }

    String topicId() {
        return topicId;
    }

    List<FakeLog> logs() {
        return logs;
    }

    Map<String, String> configs() {
        return configs;
    }

    TopicLeaders leaders() {
        TopicLeaders.Builder leaders =
                TopicLeaders.newBuilder()
                        .setTopic(name)
                        .setTopicId(topicId)
                        .setPartitioner(Partitioner.PARTITIONER_MURMUR2);
        IntStream.range(0, logs.size())
                .forEach(
                        partition ->
                                leaders.addPartitions(
                                        PartitionLeader.newBuilder()
                                                .setPartition(partition)
                                                .setLeaderId(cluster.leader().id())
                                                .setLeaderEpoch(cluster.leaderEpoch())));
        return leaders.build();
    }

    TopicSummary summary() {
        return TopicSummary.newBuilder()
                .setTopic(name)
                .setTopicId(topicId)
                .setPartitionCount(logs.size())
                .setReplicationFactor(cluster.brokers().size())
                .build();
    }

    TopicDescription description(boolean withProgress) {
        TopicDescription.Builder description =
                TopicDescription.newBuilder()
                        .setTopic(name)
                        .setTopicId(topicId)
                        .setPartitionCount(logs.size())
                        .setReplicationFactor(cluster.brokers().size())
                        .setPartitioner(Partitioner.PARTITIONER_MURMUR2)
                        .addAllConfigs(configEntries());
        for (int partition = 0; partition < logs.size(); partition++) {
            description.addPartitions(partition(partition, withProgress));
        }
        return description.build();
    }

    List<ConfigEntry> configEntries() {
        return configs.entrySet().stream()
                .map(
                        entry ->
                                ConfigEntry.newBuilder()
                                        .setName(entry.getKey())
                                        .setValue(entry.getValue())
                                        .setSource(ConfigSource.CONFIG_SOURCE_TOPIC)
                                        .setInheritedValue("604800000")
                                        .build())
                .toList();
    }

    PartitionDescription partition(int partition, boolean withProgress) {
        PartitionDescription.Builder description =
                PartitionDescription.newBuilder()
                        .setPartition(partition)
                        .setLeaderId(cluster.leader().id())
                        .setLeaderEpoch(cluster.leaderEpoch())
                        .setPartitionEpoch(7)
                        .setEffectiveMinIsr(1);
        for (FakeCluster.FakeBroker broker : cluster.brokers()) {
            description.addReplicas(replica(broker, logs.get(partition), withProgress));
            if (broker.up()) {
                description.addIsr(broker.id());
            }
        }
        if (withProgress) {
            description.setOffsets(offsets(logs.get(partition)));
        }
        return description.build();
    }

    private static ReplicaDescription replica(
            FakeCluster.FakeBroker broker, FakeLog log, boolean withProgress) {
        ReplicaDescription.Builder replica =
                ReplicaDescription.newBuilder()
                        .setBrokerId(broker.id())
                        .setDirectoryId(DIRECTORY)
                        .setState(
                                broker.up()
                                        ? ReplicaState.REPLICA_STATE_ONLINE
                                        : ReplicaState.REPLICA_STATE_OFFLINE);
        if (withProgress) {
            replica.setProgress(
                    ReplicaProgress.newBuilder().setAcknowledgedOffset(log.endOffset()));
        }
        return replica.build();
    }

    private static PartitionOffsets offsets(FakeLog log) {
        return PartitionOffsets.newBuilder()
                .setLogStartOffset(log.startOffset())
                .setHighWatermark(log.endOffset())
                .setLogEndOffset(log.endOffset())
                .build();
    }
}
