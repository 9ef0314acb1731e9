// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.service;

import io.taffrail.api.internal.v1.AdministerRequest;
import io.taffrail.api.v1.AlterTopicConfigRequest;
import io.taffrail.api.v1.CreatePartitionsRequest;
import io.taffrail.api.v1.CreateTopicRequest;
import io.taffrail.api.v1.DeleteTopicRequest;
import io.taffrail.api.v1.ReplicaAssignment;
import io.taffrail.controller.decide.Command;
import io.taffrail.model.TopicId;
import io.taffrail.model.cluster.BrokerEntry;
import io.taffrail.model.cluster.MetadataImage;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Makes commands of clients' requests: what a request leaves open is chosen here, by the active
 * controller, and stands in the command.
 */
final class TopicRequests {
    private static final int USUAL_REPLICATION_FACTOR = 3;

    private final int defaultPartitions;
    private final int defaultReplicationFactor;
    private final Supplier<TopicId> topicIds;

    /**
     * Takes what requests leave open.
     *
     * @param defaultReplicationFactor 0: three, or as many as there are brokers alive
     */
    TopicRequests(int defaultPartitions, int defaultReplicationFactor, Supplier<TopicId> topicIds) {
        this.defaultPartitions = defaultPartitions;
        this.defaultReplicationFactor = defaultReplicationFactor;
        this.topicIds = topicIds;
    }

    /** Whether the request is only to be checked. */
    static boolean validateOnly(AdministerRequest request) {
        return switch (request.getChangeCase()) {
            case CREATE_TOPIC -> request.getCreateTopic().getValidateOnly();
            case DELETE_TOPIC -> request.getDeleteTopic().getValidateOnly();
            case ALTER_TOPIC_CONFIG -> request.getAlterTopicConfig().getValidateOnly();
            case CREATE_PARTITIONS -> request.getCreatePartitions().getValidateOnly();
            case REASSIGN_PARTITIONS -> request.getReassignPartitions().getValidateOnly();
            case ELECT_LEADERS -> request.getElectLeaders().getValidateOnly();
            case DECOMMISSION_BROKER -> request.getDecommissionBroker().getValidateOnly();
            case UNREGISTER_BROKER -> request.getUnregisterBroker().getValidateOnly();
            case REPLACE_DISK -> request.getReplaceDisk().getValidateOnly();
            case CHANGE_NOT_SET -> true;
        };
    }

    /**
     * Makes the command.
     *
     * @throws IllegalArgumentException if no change is asked for that is known here
     * @throws io.grpc.StatusRuntimeException if the topic's id cannot be one
     */
    Command command(AdministerRequest request, MetadataImage image) {
        return switch (request.getChangeCase()) {
            case CREATE_TOPIC -> create(request.getCreateTopic(), image);
            case DELETE_TOPIC -> delete(request.getDeleteTopic());
            case ALTER_TOPIC_CONFIG -> alter(request.getAlterTopicConfig());
            case CREATE_PARTITIONS -> createPartitions(request.getCreatePartitions());
            case REASSIGN_PARTITIONS -> MoveRequests.command(request.getReassignPartitions());
            case ELECT_LEADERS -> MoveRequests.command(request.getElectLeaders());
            case DECOMMISSION_BROKER -> MoveRequests.command(request.getDecommissionBroker());
            case UNREGISTER_BROKER ->
                    new Command.UnregisterBroker(request.getUnregisterBroker().getBrokerId());
            case REPLACE_DISK -> new Command.ReplaceDisk(request.getReplaceDisk().getNodeId());
            case CHANGE_NOT_SET ->
                    throw new IllegalArgumentException("no change that this version knows");
        };
    }

    private Command create(CreateTopicRequest request, MetadataImage image) {
        boolean placed = request.getAssignmentsCount() == 0;
        int partitions = request.getPartitionCount();
        int replicationFactor = request.getReplicationFactor();
        return new Command.CreateTopic(
                topicIds.get(),
                request.getTopic(),
                placed && partitions == 0 ? defaultPartitions : partitions,
                placed && replicationFactor == 0 ? replicationFactor(image) : replicationFactor,
                new TreeMap<>(request.getConfigsMap()),
                assignments(request.getAssignmentsList()));
    }

    private int replicationFactor(MetadataImage image) {
        if (defaultReplicationFactor > 0) {
            return defaultReplicationFactor;
        }
        int alive = (int) image.brokers().stream().filter(BrokerEntry::active).count();
        return Math.max(1, Math.min(USUAL_REPLICATION_FACTOR, alive));
    }

    private static Command delete(DeleteTopicRequest request) {
        return new Command.DeleteTopic(
                request.getTopic(), MoveRequests.topicId(request.getTopicId()));
    }

    private static Command alter(AlterTopicConfigRequest request) {
        return new Command.AlterConfig(
                request.getTopic(),
                MoveRequests.topicId(request.getTopicId()),
                new TreeMap<>(request.getConfigsMap()),
                new TreeSet<>(request.getUnsetConfigsList()));
    }

    private static Command createPartitions(CreatePartitionsRequest request) {
        return new Command.CreatePartitions(
                request.getTopic(),
                MoveRequests.topicId(request.getTopicId()),
                request.getPartitionCount(),
                assignments(request.getAssignmentsList()));
    }

    private static List<List<Integer>> assignments(List<ReplicaAssignment> protos) {
        return protos.stream().map(ReplicaAssignment::getBrokerIdsList).toList();
    }
}
