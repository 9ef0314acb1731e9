// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.admin;

/**
 * The cluster's health in figures.
 *
 * @param topicCount Taffrail's own among them
 * @param leaderlessPartitionCount without a leader
 * @param underMinIsrPartitionCount whose ISR is below the effective min ISR: acks=all fails there
 * @param underReplicatedPartitionCount whose ISR lacks a replica
 * @param reassigningPartitionCount that are being moved
 * @param faultyReplicaCount reported as suspect, corrupt or lost
 */
public record ClusterHealth(
        int topicCount,
        int partitionCount,
        int leaderlessPartitionCount,
        int underMinIsrPartitionCount,
        int underReplicatedPartitionCount,
        int reassigningPartitionCount,
        int faultyReplicaCount) {}
