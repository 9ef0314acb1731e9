// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.json;

import static io.taffrail.cli.JsonLines.int64;

import com.fasterxml.jackson.core.JsonGenerator;
import io.taffrail.client.admin.BrokerSummary;
import io.taffrail.client.admin.ClusterDescription;
import io.taffrail.client.admin.ClusterHealth;
import io.taffrail.client.admin.QuorumDescription;
import io.taffrail.client.admin.QuorumPeer;
import io.taffrail.model.cluster.MetadataVersion;
import java.io.IOException;

/** The messages about the cluster and its controllers. */
public final class ClusterJson {
    private ClusterJson() {}

    /** {@code DescribeClusterResponse}. */
    public static void description(JsonGenerator json, ClusterDescription cluster)
            throws IOException {
        json.writeStringField("clusterId", cluster.clusterId());
        ProtoJson.message(json, "version", cluster.version(), ClusterJson::version);
        ProtoJson.optional(json, "activeControllerId", cluster.activeControllerId());
        ProtoJson.int32s(json, "controllerIds", cluster.controllerIds());
        json.writeNumberField("featureLevel", cluster.featureLevel());
        json.writeNumberField("maxFeatureLevel", cluster.maxFeatureLevel());
        ProtoJson.messages(json, "brokers", cluster.brokers(), ClusterJson::broker);
        ProtoJson.message(json, "health", cluster.health(), ClusterJson::health);
    }

    /** {@code MetadataVersion}. */
    static void version(JsonGenerator json, MetadataVersion version) throws IOException {
        int64(json, "term", version.term());
        int64(json, "index", version.index());
    }

    /** {@code BrokerSummary}. */
    static void broker(JsonGenerator json, BrokerSummary broker) throws IOException {
        json.writeNumberField("brokerId", broker.brokerId());
        int64(json, "brokerEpoch", broker.brokerEpoch());
        json.writeStringField("address", broker.address());
        json.writeStringField("rack", broker.rack());
        ProtoJson.constant(json, "state", "BROKER_STATE_", broker.state());
        json.writeBooleanField("readOnly", broker.readOnly());
        json.writeBooleanField("decommissioning", broker.decommissioning());
    }

    /** {@code ClusterHealth}. */
    public static void health(JsonGenerator json, ClusterHealth health) throws IOException {
        json.writeNumberField("topicCount", health.topicCount());
        json.writeNumberField("partitionCount", health.partitionCount());
        json.writeNumberField("leaderlessPartitionCount", health.leaderlessPartitionCount());
        json.writeNumberField("underMinIsrPartitionCount", health.underMinIsrPartitionCount());
        json.writeNumberField(
                "underReplicatedPartitionCount", health.underReplicatedPartitionCount());
        json.writeNumberField("reassigningPartitionCount", health.reassigningPartitionCount());
        json.writeNumberField("faultyReplicaCount", health.faultyReplicaCount());
    }

    /** {@code DescribeQuorumResponse}. */
    public static void quorum(JsonGenerator json, QuorumDescription quorum) throws IOException {
        int64(json, "term", quorum.term());
        json.writeNumberField("leaderId", quorum.leaderId());
        int64(json, "lastLogIndex", quorum.lastLogIndex());
        int64(json, "commitIndex", quorum.commitIndex());
        int64(json, "appliedIndex", quorum.appliedIndex());
        ProtoJson.optional(json, "snapshotIndex", quorum.snapshotIndex());
        ProtoJson.messages(json, "peers", quorum.peers(), ClusterJson::peer);
    }

    /** {@code QuorumPeer}. */
    public static void peer(JsonGenerator json, QuorumPeer peer) throws IOException {
        json.writeNumberField("nodeId", peer.nodeId());
        json.writeStringField("directoryId", peer.directoryId());
        ProtoJson.constant(json, "role", "QUORUM_ROLE_", peer.role());
        json.writeStringField("raftAddress", peer.raftAddress());
        json.writeStringField("apiAddress", peer.apiAddress());
        int64(json, "matchIndex", peer.matchIndex());
        int64(json, "lagEntries", peer.lagEntries());
        if (peer.sinceLastContact().isPresent()) {
            ProtoJson.duration(json, "sinceLastContact", peer.sinceLastContact().get());
        }
    }
}
