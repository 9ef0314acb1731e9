// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import io.taffrail.api.v1.PartitionDescription;
import io.taffrail.api.v1.ReplicaDescription;
import io.taffrail.api.v1.ReplicaState;
import io.taffrail.model.cluster.BrokerEntry;
import io.taffrail.model.cluster.MetadataImage;
import io.taffrail.model.cluster.PartitionEntry;
import io.taffrail.model.cluster.ReplicaEntry;

/** Partitions as clients see them. */
final class PartitionDescriptions {
    private PartitionDescriptions() {}

    /**
     * Without offsets and progress.
     *
     * @param image says which brokers and directories are alive
     */
    static PartitionDescription of(PartitionEntry partition, MetadataImage image) {
        PartitionDescription.Builder description =
                PartitionDescription.newBuilder()
                        .setPartition(partition.partition())
                        .setLeaderEpoch(partition.leaderEpoch())
                        .setPartitionEpoch(partition.partitionEpoch())
                        .addAllIsr(partition.isr())
                        .addAllElr(partition.elr())
                        .setEffectiveMinIsr(partition.effectiveMinIsr())
                        .setRecovering(partition.recovering())
                        .addAllAddingBrokerIds(partition.adding())
                        .addAllRemovingBrokerIds(partition.removing());
        partition.leader().ifPresent(description::setLeaderId);
        partition.lastKnown().stream()
                .findFirst()
                .ifPresent(replica -> description.setLastKnownLeaderId(replica.brokerId()));
        for (ReplicaEntry replica : partition.replicas()) {
            description.addReplicas(
                    ReplicaDescription.newBuilder()
                            .setBrokerId(replica.brokerId())
                            .setDirectoryId(replica.directoryId().toString())
                            .setState(state(replica, image)));
        }
        return description.build();
    }

    /** What is wrong with the replica itself says more than that its broker is away. */
    private static ReplicaState state(ReplicaEntry replica, MetadataImage image) {
        return switch (replica.fault()) {
            case SUSPECT -> ReplicaState.REPLICA_STATE_SUSPECT;
            case CORRUPT -> ReplicaState.REPLICA_STATE_CORRUPT;
            case LOST -> ReplicaState.REPLICA_STATE_LOST;
            case NONE ->
                    image.broker(replica.brokerId())
                                    .filter(broker -> serves(broker, replica))
                                    .isPresent()
                            ? ReplicaState.REPLICA_STATE_ONLINE
                            : ReplicaState.REPLICA_STATE_OFFLINE;
        };
    }

    private static boolean serves(BrokerEntry broker, ReplicaEntry replica) {
        return !broker.fenced()
                && broker.directories().stream()
                        .anyMatch(
                                directory ->
                                        directory.id().equals(replica.directoryId())
                                                && !directory.offline());
    }
}
