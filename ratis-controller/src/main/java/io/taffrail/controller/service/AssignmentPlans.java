// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.service;

import io.taffrail.api.LogFailure;
import io.taffrail.api.StatusTranslator;
import io.taffrail.api.v1.PartitionReassignment;
import io.taffrail.api.v1.PartitionRef;
import io.taffrail.api.v1.PlanReassignmentRequest;
import io.taffrail.api.v1.PlanReassignmentResponse;
import io.taffrail.api.v1.ReplicaAssignment;
import io.taffrail.controller.placement.BalancePlan;
import io.taffrail.model.LogError;
import io.taffrail.model.TopicId;
import io.taffrail.model.cluster.MetadataImage;
import java.util.HashSet;
import java.util.Set;

/** Proposals of even assignments, for clients. */
final class AssignmentPlans {
    private static final int MAX_REASSIGNMENTS = 10_000; // that one request can ask for

    private AssignmentPlans() {}

    static PlanReassignmentResponse plan(PlanReassignmentRequest request, MetadataImage image) {
        int most = request.getMaxReassignments();
        if (most < 0) {
            throw new IllegalArgumentException("max_reassignments " + most + " is negative");
        }
        Set<TopicId> topics = topics(request, image);
        BalancePlan plan =
                BalancePlan.of(
                        image,
                        partition -> topics.isEmpty() || topics.contains(partition.topicId()),
                        most == 0 ? MAX_REASSIGNMENTS : Math.min(most, MAX_REASSIGNMENTS));
        PlanReassignmentResponse.Builder response =
                PlanReassignmentResponse.newBuilder().setMovedReplicaCount(plan.movedReplicas());
        for (BalancePlan.Assignment assignment : plan.assignments()) {
            response.addReassignments(
                    PartitionReassignment.newBuilder()
                            .setPartition(ref(assignment, image))
                            .setTarget(
                                    ReplicaAssignment.newBuilder()
                                            .addAllBrokerIds(assignment.brokerIds())));
        }
        return response.build();
    }

    private static Set<TopicId> topics(PlanReassignmentRequest request, MetadataImage image) {
        Set<TopicId> topics = new HashSet<>();
        for (String name : request.getTopicsList()) {
            TopicId id = image.topicIdsByName().get(name);
            if (id == null) {
                throw StatusTranslator.toException(
                        LogFailure.of(LogError.UNKNOWN_TOPIC, "there is no topic '" + name + "'")
                                .inField("topics"));
            }
            topics.add(id);
        }
        return topics;
    }

    private static PartitionRef ref(BalancePlan.Assignment assignment, MetadataImage image) {
        TopicId topicId = assignment.topicId();
        return PartitionRef.newBuilder()
                .setTopic(image.topic(topicId).orElseThrow().topic().name())
                .setTopicId(topicId.toString())
                .setPartition(assignment.partition())
                .build();
    }
}
