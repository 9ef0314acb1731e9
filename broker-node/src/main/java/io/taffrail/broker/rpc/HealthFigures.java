// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import io.taffrail.api.v1.ClusterHealth;
import io.taffrail.model.cluster.MetadataImage;
import io.taffrail.model.cluster.PartitionEntry;
import io.taffrail.model.cluster.ReplicaEntry;
import io.taffrail.model.cluster.ReplicaFault;

/** Counts what is wrong with a cluster's partitions. */
final class HealthFigures {
    private int partitions;
    private int leaderless;
    private int underMinIsr;
    private int underReplicated;
    private int reassigning;
    private int faultyReplicas;

    private HealthFigures() {}

    /** Walks over all partitions of the image. */
    static ClusterHealth of(MetadataImage image) {
        HealthFigures figures = new HealthFigures();
        image.forEachPartition(figures::count);
        return ClusterHealth.newBuilder()
                .setTopicCount(image.topicIdsByName().size())
                .setPartitionCount(figures.partitions)
                .setLeaderlessPartitionCount(figures.leaderless)
                .setUnderMinIsrPartitionCount(figures.underMinIsr)
                .setUnderReplicatedPartitionCount(figures.underReplicated)
                .setReassigningPartitionCount(figures.reassigning)
                .setFaultyReplicaCount(figures.faultyReplicas)
                .build();
    }

    private void count(PartitionEntry partition) {
        partitions++;
        leaderless += partition.leader().isEmpty() ? 1 : 0;
        underMinIsr += partition.isr().size() < partition.effectiveMinIsr() ? 1 : 0;
        underReplicated += lacksReplica(partition) ? 1 : 0;
        reassigning += partition.adding().isEmpty() && partition.removing().isEmpty() ? 0 : 1;
        for (ReplicaEntry replica : partition.replicas()) {
            faultyReplicas += replica.fault() == ReplicaFault.NONE ? 0 : 1;
        }
    }

    private static boolean lacksReplica(PartitionEntry partition) {
        return partition.replicas().stream()
                .anyMatch(replica -> !partition.isr().contains(replica.brokerId()));
    }
}
