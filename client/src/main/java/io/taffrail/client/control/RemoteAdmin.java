// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.control;

import io.grpc.MethodDescriptor;
import io.taffrail.api.v1.AdminServiceGrpc;
import io.taffrail.api.v1.AlterTopicConfigRequest;
import io.taffrail.api.v1.AlterTopicConfigResponse;
import io.taffrail.api.v1.CreatePartitionsRequest;
import io.taffrail.api.v1.CreateTopicRequest;
import io.taffrail.api.v1.DeleteRecordsRequest;
import io.taffrail.api.v1.DeleteRecordsResponse;
import io.taffrail.api.v1.DeleteRecordsResult;
import io.taffrail.api.v1.DeleteRecordsTarget;
import io.taffrail.api.v1.DeleteTopicRequest;
import io.taffrail.api.v1.DescribeBrokerRequest;
import io.taffrail.api.v1.DescribeClusterRequest;
import io.taffrail.api.v1.DescribeQuorumRequest;
import io.taffrail.api.v1.DescribeTopicRequest;
import io.taffrail.api.v1.DescribeTopicResponse;
import io.taffrail.api.v1.ListTopicsRequest;
import io.taffrail.api.v1.ListTopicsResponse;
import io.taffrail.api.v1.ReplicaAssignment;
import io.taffrail.client.Admin;
import io.taffrail.client.PartitionRef;
import io.taffrail.client.admin.BrokerDescription;
import io.taffrail.client.admin.ClusterDescription;
import io.taffrail.client.admin.ClusterUpdate;
import io.taffrail.client.admin.ClusterWatch;
import io.taffrail.client.admin.ConfigEntry;
import io.taffrail.client.admin.DeletedRecords;
import io.taffrail.client.admin.ListedOffset;
import io.taffrail.client.admin.NewTopic;
import io.taffrail.client.admin.OffsetSpec;
import io.taffrail.client.admin.PartitionDescription;
import io.taffrail.client.admin.QuorumDescription;
import io.taffrail.client.admin.TopicDescription;
import io.taffrail.client.admin.TopicSummary;
import io.taffrail.client.connection.Connection;
import io.taffrail.client.connection.Failure;
import io.taffrail.client.connection.UnaryCall;
import io.taffrail.model.TopicId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Admin calls, through any broker. */
public final class RemoteAdmin implements Admin {
    private final Connection connection;

    public RemoteAdmin(Connection connection) {
        this.connection = connection;
    }

    private <Q, A> CompletableFuture<A> read(
            MethodDescriptor<Q, A> method, Q question, String what) {
        return UnaryCall.ask(connection, method, question, true, what);
    }

    private <Q, A> CompletableFuture<A> write(
            MethodDescriptor<Q, A> method, Q question, String what) {
        return UnaryCall.ask(connection, method, question, false, what);
    }

    @Override
    public CompletableFuture<TopicDescription> createTopic(NewTopic topic) {
        CreateTopicRequest.Builder request =
                CreateTopicRequest.newBuilder()
                        .setTopic(topic.topic())
                        .setPartitionCount(topic.partitionCount().orElse(0))
                        .setReplicationFactor(topic.replicationFactor().orElse(0))
                        .putAllConfigs(topic.configs())
                        .setValidateOnly(topic.validateOnly());
        for (List<Integer> brokerIds : topic.assignments()) {
            request.addAssignments(ReplicaAssignment.newBuilder().addAllBrokerIds(brokerIds));
        }
        return write(
                        AdminServiceGrpc.getCreateTopicMethod(),
                        request.build(),
                        "cannot create topic '" + topic.topic() + "'")
                .thenApply(
                        answer ->
                                TopicValues.description(
                                        answer.getTopic(),
                                        TopicValues.partitions(
                                                answer.getTopic().getPartitionsList())));
    }

    @Override
    public CompletableFuture<TopicId> deleteTopic(String topic) {
        return write(
                        AdminServiceGrpc.getDeleteTopicMethod(),
                        DeleteTopicRequest.newBuilder().setTopic(topic).build(),
                        "cannot delete topic '" + topic + "'")
                .thenApply(answer -> TopicId.parse(answer.getTopicId()));
    }

    @Override
    public CompletableFuture<List<TopicSummary>> listTopics(
            String namePrefix, boolean includeInternal) {
        ListTopicsRequest first =
                ListTopicsRequest.newBuilder()
                        .setNamePrefix(namePrefix)
                        .setIncludeInternal(includeInternal)
                        .build();
        return listTopics(first, new ArrayList<>());
    }

    private CompletableFuture<List<TopicSummary>> listTopics(
            ListTopicsRequest page, List<TopicSummary> before) {
        return read(AdminServiceGrpc.getListTopicsMethod(), page, "cannot list topics")
                .thenCompose(answer -> nextTopics(page, answer, before));
    }

    private CompletableFuture<List<TopicSummary>> nextTopics(
            ListTopicsRequest page, ListTopicsResponse answer, List<TopicSummary> before) {
        List<TopicSummary> all = new ArrayList<>(before);
        answer.getTopicsList().forEach(topic -> all.add(TopicValues.summary(topic)));
        if (answer.getNextPageToken().isEmpty()) {
            return CompletableFuture.completedFuture(all);
        }
        return listTopics(page.toBuilder().setPageToken(answer.getNextPageToken()).build(), all);
    }

    @Override
    public CompletableFuture<TopicDescription> describeTopic(String topic, boolean progress) {
        DescribeTopicRequest first =
                DescribeTopicRequest.newBuilder()
                        .setTopic(topic)
                        .setIncludeProgress(progress)
                        .build();
        return describeTopic(first, new ArrayList<>());
    }

    private CompletableFuture<TopicDescription> describeTopic(
            DescribeTopicRequest page, List<PartitionDescription> before) {
        return read(
                        AdminServiceGrpc.getDescribeTopicMethod(),
                        page,
                        "cannot describe topic '" + page.getTopic() + "'")
                .thenCompose(answer -> nextPartitions(page, answer, before));
    }

    private CompletableFuture<TopicDescription> nextPartitions(
            DescribeTopicRequest page,
            DescribeTopicResponse answer,
            List<PartitionDescription> before) {
        List<PartitionDescription> all = new ArrayList<>(before);
        all.addAll(TopicValues.partitions(answer.getTopic().getPartitionsList()));
        if (answer.getNextPageToken().isEmpty()) {
            return CompletableFuture.completedFuture(
                    TopicValues.description(answer.getTopic(), all));
        }
        return describeTopic(page.toBuilder().setPageToken(answer.getNextPageToken()).build(), all);
    }

    @Override
    public CompletableFuture<List<ConfigEntry>> alterTopicConfig(
            String topic, Map<String, String> set, Set<String> unset) {
        AlterTopicConfigRequest request =
                AlterTopicConfigRequest.newBuilder()
                        .setTopic(topic)
                        .putAllConfigs(set)
                        .addAllUnsetConfigs(unset)
                        .build();
        return write(
                        AdminServiceGrpc.getAlterTopicConfigMethod(),
                        request,
                        "cannot change the settings of topic '" + topic + "'")
                .thenApply(AlterTopicConfigResponse::getConfigsList)
                .thenApply(TopicValues::configs);
    }

    @Override
    public CompletableFuture<List<PartitionDescription>> createPartitions(
            String topic, int partitionCount) {
        CreatePartitionsRequest request =
                CreatePartitionsRequest.newBuilder()
                        .setTopic(topic)
                        .setPartitionCount(partitionCount)
                        .build();
        return write(
                        AdminServiceGrpc.getCreatePartitionsMethod(),
                        request,
                        "cannot add partitions to topic '" + topic + "'")
                .thenApply(answer -> TopicValues.partitions(answer.getPartitionsList()));
    }

    @Override
    public CompletableFuture<Map<PartitionRef, DeletedRecords>> deleteRecords(
            Map<PartitionRef, OptionalLong> beforeOffsets) {
        DeleteRecordsRequest.Builder request = DeleteRecordsRequest.newBuilder();
        beforeOffsets.forEach((partition, before) -> request.addTargets(target(partition, before)));
        List<PartitionRef> asked = new ArrayList<>(beforeOffsets.keySet());
        return write(
                        AdminServiceGrpc.getDeleteRecordsMethod(),
                        request.build(),
                        "cannot delete records")
                .thenApply(answer -> deleted(asked, answer));
    }

    private static DeleteRecordsTarget.Builder target(PartitionRef partition, OptionalLong before) {
        DeleteRecordsTarget.Builder target = DeleteRecordsTarget.newBuilder();
        target.getPartitionBuilder()
                .setTopic(partition.topic())
                .setPartition(partition.partition());
        before.ifPresent(target::setBeforeOffset);
        return target;
    }

    private Map<PartitionRef, DeletedRecords> deleted(
            List<PartitionRef> asked, DeleteRecordsResponse answer) {
        Map<PartitionRef, DeletedRecords> deleted = new LinkedHashMap<>();
        for (int n = 0; n < Math.min(asked.size(), answer.getResultsCount()); n++) {
            deleted.put(asked.get(n), deleted(asked.get(n), answer.getResults(n)));
        }
        return deleted;
    }

    private DeletedRecords deleted(PartitionRef partition, DeleteRecordsResult result) {
        if (result.hasError()) {
            Failure failure = Failure.of(result.getError(), connection.door());
            return new DeletedRecords(
                    OptionalLong.empty(),
                    Optional.of(failure.toException("cannot delete records of " + partition)));
        }
        return new DeletedRecords(OptionalLong.of(result.getLogStartOffset()), Optional.empty());
    }

    @Override
    public CompletableFuture<Map<PartitionRef, ListedOffset>> listOffsets(
            Map<PartitionRef, OffsetSpec> specs) {
        return OffsetListing.ask(connection, specs);
    }

    @Override
    public CompletableFuture<ClusterDescription> describeCluster() {
        return read(
                        AdminServiceGrpc.getDescribeClusterMethod(),
                        DescribeClusterRequest.getDefaultInstance(),
                        "cannot describe the cluster")
                .thenApply(ClusterValues::cluster);
    }

    @Override
    public CompletableFuture<QuorumDescription> describeQuorum() {
        return read(
                        AdminServiceGrpc.getDescribeQuorumMethod(),
                        DescribeQuorumRequest.getDefaultInstance(),
                        "cannot describe the quorum")
                .thenApply(ClusterValues::quorum);
    }

    @Override
    public CompletableFuture<BrokerDescription> describeBroker(int brokerId) {
        return read(
                        AdminServiceGrpc.getDescribeBrokerMethod(),
                        DescribeBrokerRequest.newBuilder().setBrokerId(brokerId).build(),
                        "cannot describe broker " + brokerId)
                .thenApply(answer -> ClusterValues.broker(answer.getBroker()));
    }

    @Override
    public ClusterWatch watchCluster(Consumer<ClusterUpdate> listener) {
        return new WatchedCluster(connection, listener);
    }
}
