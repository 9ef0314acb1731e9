// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.control;

import io.taffrail.api.v1.DescribeClusterResponse;
import io.taffrail.api.v1.DescribeQuorumResponse;
import io.taffrail.client.admin.BrokerDescription;
import io.taffrail.client.admin.BrokerEndpoint;
import io.taffrail.client.admin.BrokerSummary;
import io.taffrail.client.admin.ClusterDescription;
import io.taffrail.client.admin.ClusterEvent;
import io.taffrail.client.admin.ClusterHealth;
import io.taffrail.client.admin.DirectoryDescription;
import io.taffrail.client.admin.QuorumDescription;
import io.taffrail.client.admin.QuorumPeer;
import io.taffrail.model.TopicId;
import io.taffrail.model.cluster.MetadataVersion;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Brokers, controllers and the cluster out of messages. */
final class ClusterValues {
    private ClusterValues() {}

    static ClusterDescription cluster(DescribeClusterResponse cluster) {
        return new ClusterDescription(
                cluster.getClusterId(),
                version(cluster.getVersion()),
                cluster.hasActiveControllerId()
                        ? OptionalInt.of(cluster.getActiveControllerId())
                        : OptionalInt.empty(),
                cluster.getControllerIdsList(),
                cluster.getFeatureLevel(),
                cluster.getMaxFeatureLevel(),
                cluster.getBrokersList().stream().map(ClusterValues::summary).toList(),
                health(cluster.getHealth()));
    }

    static MetadataVersion version(io.taffrail.api.v1.MetadataVersion version) {
        return new MetadataVersion(version.getTerm(), version.getIndex());
    }

    private static ClusterHealth health(io.taffrail.api.v1.ClusterHealth health) {
        return new ClusterHealth(
                health.getTopicCount(),
                health.getPartitionCount(),
                health.getLeaderlessPartitionCount(),
                health.getUnderMinIsrPartitionCount(),
                health.getUnderReplicatedPartitionCount(),
                health.getReassigningPartitionCount(),
                health.getFaultyReplicaCount());
    }

    static BrokerSummary summary(io.taffrail.api.v1.BrokerSummary broker) {
        return new BrokerSummary(
                broker.getBrokerId(),
                broker.getBrokerEpoch(),
                broker.getAddress(),
                broker.getRack(),
                state(broker.getState()),
                broker.getReadOnly(),
                broker.getDecommissioning());
    }

    private static BrokerSummary.State state(io.taffrail.api.v1.BrokerState state) {
        return switch (state) {
            case BROKER_STATE_FENCED -> BrokerSummary.State.FENCED;
            case BROKER_STATE_ACTIVE -> BrokerSummary.State.ACTIVE;
            case BROKER_STATE_SHUTTING_DOWN -> BrokerSummary.State.SHUTTING_DOWN;
            case BROKER_STATE_UNSPECIFIED, UNRECOGNIZED -> BrokerSummary.State.UNKNOWN;
        };
    }

    static BrokerDescription broker(io.taffrail.api.v1.BrokerDescription broker) {
        var registered = broker.getRegisterTime();
        return new BrokerDescription(
                summary(broker.getSummary()),
                broker.getEndpointsList().stream().map(ClusterValues::endpoint).toList(),
                broker.getDirectoriesList().stream().map(ClusterValues::directory).toList(),
                broker.getMinFeatureLevel(),
                broker.getMaxFeatureLevel(),
                broker.getSoftwareVersion(),
                Instant.ofEpochSecond(registered.getSeconds(), registered.getNanos()),
                broker.getController(),
                broker.getReplicaCount(),
                broker.getLeaderCount(),
                broker.hasAppliedVersion()
                        ? Optional.of(version(broker.getAppliedVersion()))
                        : Optional.empty());
    }

    private static BrokerEndpoint endpoint(io.taffrail.api.v1.BrokerEndpoint endpoint) {
        BrokerEndpoint.Kind kind =
                switch (endpoint.getKind()) {
                    case ENDPOINT_KIND_API -> BrokerEndpoint.Kind.API;
                    case ENDPOINT_KIND_RAFT -> BrokerEndpoint.Kind.RAFT;
                    case ENDPOINT_KIND_HTTP -> BrokerEndpoint.Kind.HTTP;
                    case ENDPOINT_KIND_UNSPECIFIED, UNRECOGNIZED -> BrokerEndpoint.Kind.UNKNOWN;
                };
        return new BrokerEndpoint(kind, endpoint.getAddress());
    }

    private static DirectoryDescription directory(
            io.taffrail.api.v1.DirectoryDescription directory) {
        return new DirectoryDescription(
                directory.getDirectoryId(),
                directory.getPath(),
                state(directory.getState()),
                directory.getTotalBytes(),
                directory.getFreeBytes(),
                directory.getReserveBytes(),
                directory.getLogBytes(),
                directory.getReplicaCount());
    }

    private static DirectoryDescription.State state(io.taffrail.api.v1.DirectoryState state) {
        return switch (state) {
            case DIRECTORY_STATE_ONLINE -> DirectoryDescription.State.ONLINE;
            case DIRECTORY_STATE_OFFLINE -> DirectoryDescription.State.OFFLINE;
            case DIRECTORY_STATE_READ_ONLY -> DirectoryDescription.State.READ_ONLY;
            case DIRECTORY_STATE_UNSPECIFIED, UNRECOGNIZED -> DirectoryDescription.State.UNKNOWN;
        };
    }

    static QuorumDescription quorum(DescribeQuorumResponse quorum) {
        return new QuorumDescription(
                quorum.getTerm(),
                quorum.getLeaderId(),
                quorum.getLastLogIndex(),
                quorum.getCommitIndex(),
                quorum.getAppliedIndex(),
                quorum.hasSnapshotIndex()
                        ? OptionalLong.of(quorum.getSnapshotIndex())
                        : OptionalLong.empty(),
                quorum.getPeersList().stream().map(ClusterValues::peer).toList());
    }

    static QuorumPeer peer(io.taffrail.api.v1.QuorumPeer peer) {
        QuorumPeer.Role role =
                switch (peer.getRole()) {
                    case QUORUM_ROLE_LEADER -> QuorumPeer.Role.LEADER;
                    case QUORUM_ROLE_FOLLOWER -> QuorumPeer.Role.FOLLOWER;
                    case QUORUM_ROLE_STAGED -> QuorumPeer.Role.STAGED;
                    case QUORUM_ROLE_UNSPECIFIED, UNRECOGNIZED -> QuorumPeer.Role.UNKNOWN;
                };
        return new QuorumPeer(
                peer.getNodeId(),
                peer.getDirectoryId(),
                role,
                peer.getRaftAddress(),
                peer.getApiAddress(),
                peer.getMatchIndex(),
                peer.getLagEntries(),
                peer.hasSinceLastContact()
                        ? Optional.of(TopicValues.duration(peer.getSinceLastContact()))
                        : Optional.empty());
    }

    /** Empty for news that only a later version has. */
    static Optional<ClusterEvent> event(io.taffrail.api.v1.ClusterEvent event) {
        return switch (event.getEventCase()) {
            case BROKER -> Optional.of(new ClusterEvent.BrokerChanged(summary(event.getBroker())));
            case REMOVED_BROKER_ID ->
                    Optional.of(new ClusterEvent.BrokerRemoved(event.getRemovedBrokerId()));
            case TOPIC ->
                    Optional.of(
                            new ClusterEvent.TopicChanged(TopicValues.summary(event.getTopic())));
            case DELETED_TOPIC ->
                    Optional.of(
                            new ClusterEvent.TopicDeleted(
                                    TopicValues.summary(event.getDeletedTopic())));
            case PARTITION -> Optional.of(partition(event.getPartition()));
            case CONTROLLER -> Optional.of(controller(event.getController()));
            case EVENT_NOT_SET -> Optional.empty();
        };
    }

    private static ClusterEvent partition(io.taffrail.api.v1.PartitionEvent event) {
        return new ClusterEvent.PartitionChanged(
                event.getTopic(),
                TopicId.parse(event.getTopicId()),
                TopicValues.partition(event.getPartition()));
    }

    private static ClusterEvent controller(io.taffrail.api.v1.ControllerEvent event) {
        return new ClusterEvent.ControllerChanged(
                event.hasActiveControllerId()
                        ? OptionalInt.of(event.getActiveControllerId())
                        : OptionalInt.empty(),
                event.getTerm());
    }
}
