// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller;

import io.taffrail.model.HostPort;
import io.taffrail.model.cluster.DirectoryId;
import io.taffrail.model.config.TopicDefaults;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a controller must be told.
 *
 * @param nodeId this node
 * @param directoryId of its data directory: with the node's id it names the Raft peer, so that a
 *     wiped disk is another peer (P2)
 * @param clusterId the cluster that the data directory belongs to; empty: none yet
 * @param raftDirectory for Ratis alone
 * @param raftListen where Raft listens; port 0: any free one, for a controller that is alone
 * @param peers the controllers, this one among them, under the addresses by which others reach them
 * @param electionTimeout silence of a leader after which others may stand for election, at the
 *     earliest
 * @param topicDefaults the cluster's defaults, brought into the log by the active controller
 * @param defaultPartitions of a topic that does not say
 * @param defaultReplicationFactor of a topic that does not say; 0: three, or as many brokers as are
 *     alive if there are fewer
 * @param sessionTimeout a broker that is silent for so long is fenced (P6)
 * @param shortGrace a broker whose process is gone is fenced after this (P6)
 * @param snapshotThresholdEntries log entries between two snapshots
 * @param replaceLostDisks a broker that comes with an empty disk may fill it anew without being
 *     told to (P2)
 */
public record ControllerSettings(
        int nodeId,
        DirectoryId directoryId,
        Optional<String> clusterId,
        Path raftDirectory,
        HostPort raftListen,
        List<ControllerPeer> peers,
        Duration electionTimeout,
        TopicDefaults topicDefaults,
        int defaultPartitions,
        int defaultReplicationFactor,
        Duration sessionTimeout,
        Duration shortGrace,
        long snapshotThresholdEntries,
        boolean replaceLostDisks) {
    public ControllerSettings {
        peers = List.copyOf(peers);
        require(
                peers.stream().anyMatch(peer -> peer.nodeId() == nodeId),
                "node " + nodeId + " is not among the controllers " + peers);
        require(defaultPartitions >= 1, "default partitions are at least 1");
        require(defaultReplicationFactor >= 0, "the default replication factor is at least 0");
        require(snapshotThresholdEntries >= 1, "a snapshot covers at least one entry");
        require(
                shortGrace.compareTo(sessionTimeout) <= 0,
                "the short grace "
                        + shortGrace
                        + " is above the session timeout "
                        + sessionTimeout);
    }

    /** This node, as it is listed. */
    public ControllerPeer self() {
        return peers.stream().filter(peer -> peer.nodeId() == nodeId).findFirst().orElseThrow();
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
