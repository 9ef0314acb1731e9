// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.control;

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
import io.taffrail.api.v1.DescribeTopicRequest;
import io.taffrail.api.v1.DescribeTopicResponse;
import io.taffrail.api.v1.ListTopicsRequest;
import io.taffrail.api.v1.ListTopicsResponse;
import io.taffrail.api.v1.ReplicaAssignment;
import io.taffrail.client.PartitionRef;
import io.taffrail.client.admin.ConfigEntry;
import io.taffrail.client.admin.DeletedRecords;
import io.taffrail.client.admin.NewTopic;
import io.taffrail.client.admin.PartitionDescription;
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

/** Admin calls about topics and their records. */
final class TopicCalls {
    private final Connection connection;

    TopicCalls(Connection connection) {
        this.connection = connection;
    }

    CompletableFuture<TopicDescription> createTopic(NewTopic topic) {
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
        return UnaryCall.write(
                        connection,
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

    CompletableFuture<TopicId> deleteTopic(String topic) {
        return UnaryCall.write(
                        connection,
                        AdminServiceGrpc.getDeleteTopicMethod(),
                        DeleteTopicRequest.newBuilder().setTopic(topic).build(),
                        "cannot delete topic '" + topic + "'")
                .thenApply(answer -> TopicId.parse(answer.getTopicId()));
    }

    CompletableFuture<List<TopicSummary>> listTopics(String namePrefix, boolean includeInternal) {
        ListTopicsRequest first =
                ListTopicsRequest.newBuilder()
                        .setNamePrefix(namePrefix)
                        .setIncludeInternal(includeInternal)
                        .build();
        return listTopics(first, new ArrayList<>());
    }

    private CompletableFuture<List<TopicSummary>> listTopics(
            ListTopicsRequest page, List<TopicSummary> before) {
        return UnaryCall.read(
                        connection,
                        AdminServiceGrpc.getListTopicsMethod(),
                        page,
                        "cannot list topics")
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

    CompletableFuture<TopicDescription> describeTopic(String topic, boolean progress) {
        DescribeTopicRequest first =
                DescribeTopicRequest.newBuilder()
                        .setTopic(topic)
                        .setIncludeProgress(progress)
                        .build();
        return describeTopic(first, new ArrayList<>());
    }

    private CompletableFuture<TopicDescription> describeTopic(
            DescribeTopicRequest page, List<PartitionDescription> before) {
        return UnaryCall.read(
                        connection,
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

    CompletableFuture<List<ConfigEntry>> alterTopicConfig(
            String topic, Map<String, String> set, Set<String> unset) {
        AlterTopicConfigRequest request =
                AlterTopicConfigRequest.newBuilder()
                        .setTopic(topic)
                        .putAllConfigs(set)
                        .addAllUnsetConfigs(unset)
                        .build();
        return UnaryCall.write(
                        connection,
                        AdminServiceGrpc.getAlterTopicConfigMethod(),
                        request,
                        "cannot change the settings of topic '" + topic + "'")
                .thenApply(AlterTopicConfigResponse::getConfigsList)
                .thenApply(TopicValues::configs);
    }

    CompletableFuture<List<PartitionDescription>> createPartitions(
            String topic, int partitionCount) {
        CreatePartitionsRequest request =
                CreatePartitionsRequest.newBuilder()
                        .setTopic(topic)
                        .setPartitionCount(partitionCount)
                        .build();
        return UnaryCall.write(
                        connection,
                        AdminServiceGrpc.getCreatePartitionsMethod(),
                        request,
                        "cannot add partitions to topic '" + topic + "'")
                .thenApply(answer -> TopicValues.partitions(answer.getPartitionsList()));
    }

    CompletableFuture<Map<PartitionRef, DeletedRecords>> deleteRecords(
            Map<PartitionRef, OptionalLong> beforeOffsets) {
        DeleteRecordsRequest.Builder request = DeleteRecordsRequest.newBuilder();
        beforeOffsets.forEach((partition, before) -> request.addTargets(target(partition, before)));
        List<PartitionRef> asked = new ArrayList<>(beforeOffsets.keySet());
        return UnaryCall.write(
                        connection,
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
}
