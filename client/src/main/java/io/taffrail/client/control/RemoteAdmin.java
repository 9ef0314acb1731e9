// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.control;

import io.taffrail.api.v1.AdminServiceGrpc;
import io.taffrail.api.v1.DescribeBrokerRequest;
import io.taffrail.api.v1.DescribeClusterRequest;
import io.taffrail.api.v1.DescribeQuorumRequest;
import io.taffrail.client.Admin;
import io.taffrail.client.PartitionRef;
import io.taffrail.client.admin.ActiveController;
import io.taffrail.client.admin.BrokerDescription;
import io.taffrail.client.admin.ClusterDescription;
import io.taffrail.client.admin.ClusterUpdate;
import io.taffrail.client.admin.ClusterWatch;
import io.taffrail.client.admin.ConfigEntry;
import io.taffrail.client.admin.ControllerRef;
import io.taffrail.client.admin.DecommissionStatus;
import io.taffrail.client.admin.DeletedRecords;
import io.taffrail.client.admin.Election;
import io.taffrail.client.admin.ElectionResult;
import io.taffrail.client.admin.ListedOffset;
import io.taffrail.client.admin.LostDisk;
import io.taffrail.client.admin.NewController;
import io.taffrail.client.admin.NewTopic;
import io.taffrail.client.admin.OffsetSpec;
import io.taffrail.client.admin.PartitionDescription;
import io.taffrail.client.admin.PartitionReassignment;
import io.taffrail.client.admin.QuorumDescription;
import io.taffrail.client.admin.QuorumPeer;
import io.taffrail.client.admin.ReassignmentPlan;
import io.taffrail.client.admin.ReassignmentResult;
import io.taffrail.client.admin.ReassignmentStatus;
import io.taffrail.client.admin.TopicDescription;
import io.taffrail.client.admin.TopicSummary;
import io.taffrail.client.connection.Connection;
import io.taffrail.client.connection.UnaryCall;
import io.taffrail.model.TopicId;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Admin calls, through any broker. */
public final class RemoteAdmin implements Admin {
    private final Connection connection;
    private final TopicCalls topics;
    private final ReassignmentCalls reassignments;
    private final DepartureCalls departures;
    private final ControllerCalls controllers;

    public RemoteAdmin(Connection connection) {
        this.connection = connection;
        this.topics = new TopicCalls(connection);
        this.reassignments = new ReassignmentCalls(connection);
        this.departures = new DepartureCalls(connection);
        this.controllers = new ControllerCalls(connection);
    }

    @Override
    public CompletableFuture<TopicDescription> createTopic(NewTopic topic) {
        return topics.createTopic(topic);
    }

    @Override
    public CompletableFuture<TopicId> deleteTopic(String topic) {
        return topics.deleteTopic(topic);
    }

    @Override
    public CompletableFuture<List<TopicSummary>> listTopics(
            String namePrefix, boolean includeInternal) {
        return topics.listTopics(namePrefix, includeInternal);
    }

    @Override
    public CompletableFuture<TopicDescription> describeTopic(String topic, boolean progress) {
        return topics.describeTopic(topic, progress);
    }

    @Override
    public CompletableFuture<List<ConfigEntry>> alterTopicConfig(
            String topic, Map<String, String> set, Set<String> unset) {
        return topics.alterTopicConfig(topic, set, unset);
    }

    @Override
    public CompletableFuture<List<PartitionDescription>> createPartitions(
            String topic, int partitionCount) {
        return topics.createPartitions(topic, partitionCount);
    }

    @Override
    public CompletableFuture<Map<PartitionRef, DeletedRecords>> deleteRecords(
            Map<PartitionRef, OptionalLong> beforeOffsets) {
        return topics.deleteRecords(beforeOffsets);
    }

    @Override
    public CompletableFuture<Map<PartitionRef, ListedOffset>> listOffsets(
            Map<PartitionRef, OffsetSpec> specs) {
        return OffsetListing.ask(connection, specs);
    }

    @Override
    public CompletableFuture<ClusterDescription> describeCluster() {
        return UnaryCall.read(
                        connection,
                        AdminServiceGrpc.getDescribeClusterMethod(),
                        DescribeClusterRequest.getDefaultInstance(),
                        "cannot describe the cluster")
                .thenApply(ClusterValues::cluster);
    }

    @Override
    public CompletableFuture<QuorumDescription> describeQuorum() {
        return UnaryCall.read(
                        connection,
                        AdminServiceGrpc.getDescribeQuorumMethod(),
                        DescribeQuorumRequest.getDefaultInstance(),
                        "cannot describe the quorum")
                .thenApply(ClusterValues::quorum);
    }

    @Override
    public CompletableFuture<BrokerDescription> describeBroker(int brokerId) {
        return UnaryCall.read(
                        connection,
                        AdminServiceGrpc.getDescribeBrokerMethod(),
                        DescribeBrokerRequest.newBuilder().setBrokerId(brokerId).build(),
                        "cannot describe broker " + brokerId)
                .thenApply(answer -> ClusterValues.broker(answer.getBroker()));
    }

    @Override
    public CompletableFuture<Map<PartitionRef, ReassignmentResult>> reassignPartitions(
            List<PartitionReassignment> wanted,
            OptionalLong throttleBytesPerSecond,
            boolean validateOnly) {
        return reassignments.reassign(wanted, throttleBytesPerSecond, validateOnly);
    }

    @Override
    public CompletableFuture<ReassignmentPlan> planReassignment(Set<String> ofTopics) {
        return reassignments.plan(ofTopics);
    }

    @Override
    public CompletableFuture<List<ReassignmentStatus>> listReassignments(String topic) {
        return reassignments.list(topic);
    }

    @Override
    public CompletableFuture<List<ElectionResult>> electLeaders(Election election) {
        return reassignments.elect(election);
    }

    @Override
    public CompletableFuture<DecommissionStatus> decommissionBroker(
            int brokerId, OptionalLong throttleBytesPerSecond) {
        return departures.decommission(brokerId, throttleBytesPerSecond);
    }

    @Override
    public CompletableFuture<DecommissionStatus> cancelDecommission(int brokerId) {
        return departures.cancelDecommission(brokerId);
    }

    @Override
    public CompletableFuture<Void> unregisterBroker(int brokerId) {
        return departures.unregister(brokerId);
    }

    @Override
    public CompletableFuture<LostDisk> replaceDisk(int brokerId) {
        return departures.replaceDisk(brokerId);
    }

    @Override
    public CompletableFuture<List<QuorumPeer>> addController(NewController controller) {
        return controllers.add(controller);
    }

    @Override
    public CompletableFuture<List<QuorumPeer>> removeController(ControllerRef controller) {
        return controllers.remove(controller);
    }

    @Override
    public CompletableFuture<ActiveController> transferControllerLeadership(OptionalInt nodeId) {
        return controllers.transferLeadership(nodeId);
    }

    @Override
    public ClusterWatch watchCluster(Consumer<ClusterUpdate> listener) {
        return new WatchedCluster(connection, listener);
    }
}
