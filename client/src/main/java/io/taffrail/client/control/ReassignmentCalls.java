// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.control;

import io.taffrail.api.v1.AdminServiceGrpc;
import io.taffrail.api.v1.CancelReassignment;
import io.taffrail.api.v1.ElectLeadersRequest;
import io.taffrail.api.v1.ElectLeadersResponse;
import io.taffrail.api.v1.ElectLeadersResult;
import io.taffrail.api.v1.ElectionType;
import io.taffrail.api.v1.ListReassignmentsRequest;
import io.taffrail.api.v1.ListReassignmentsResponse;
import io.taffrail.api.v1.PlanReassignmentRequest;
import io.taffrail.api.v1.ReassignPartitionsRequest;
import io.taffrail.api.v1.ReassignPartitionsResponse;
import io.taffrail.api.v1.ReplicaAssignment;
import io.taffrail.client.PartitionRef;
import io.taffrail.client.TaffrailException;
import io.taffrail.client.admin.Election;
import io.taffrail.client.admin.ElectionResult;
import io.taffrail.client.admin.PartitionReassignment;
import io.taffrail.client.admin.ReassignmentPlan;
import io.taffrail.client.admin.ReassignmentResult;
import io.taffrail.client.admin.ReassignmentStatus;
import io.taffrail.client.connection.Connection;
import io.taffrail.client.connection.Failure;
import io.taffrail.client.connection.UnaryCall;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Admin calls that change who holds and who leads partitions. Repeating one does no harm. */
final class ReassignmentCalls {
    private final Connection connection;

    ReassignmentCalls(Connection connection) {
        this.connection = connection;
    }

    CompletableFuture<Map<PartitionRef, ReassignmentResult>> reassign(
            List<PartitionReassignment> wanted, OptionalLong throttle, boolean validateOnly) {
        ReassignPartitionsRequest.Builder request =
                ReassignPartitionsRequest.newBuilder().setValidateOnly(validateOnly);
        throttle.ifPresent(request::setThrottleBytesPerSecond);
        wanted.forEach(reassignment -> request.addReassignments(message(reassignment)));
        return UnaryCall.read(
                        connection,
                        AdminServiceGrpc.getReassignPartitionsMethod(),
                        request.build(),
                        "cannot reassign partitions")
                .thenApply(answer -> results(wanted, answer));
    }

    private static io.taffrail.api.v1.PartitionReassignment message(
            PartitionReassignment reassignment) {
        var message =
                io.taffrail.api.v1.PartitionReassignment.newBuilder()
                        .setPartition(PartitionValues.message(reassignment.partition()));
        reassignment
                .target()
                .ifPresentOrElse(
                        brokerIds ->
                                message.setTarget(
                                        ReplicaAssignment.newBuilder().addAllBrokerIds(brokerIds)),
                        () -> message.setCancel(CancelReassignment.getDefaultInstance()));
        return message.build();
    }

    private Map<PartitionRef, ReassignmentResult> results(
            List<PartitionReassignment> asked, ReassignPartitionsResponse answer) {
        Map<PartitionRef, ReassignmentResult> results = new LinkedHashMap<>();
        for (int n = 0; n < Math.min(asked.size(), answer.getResultsCount()); n++) {
            PartitionRef partition = asked.get(n).partition();
            results.put(partition, result(partition, answer.getResults(n)));
        }
        return results;
    }

    private ReassignmentResult result(
            PartitionRef partition, io.taffrail.api.v1.ReassignmentResult result) {
        return new ReassignmentResult(
                result.hasStatus()
                        ? Optional.of(PartitionValues.status(result.getStatus()))
                        : Optional.empty(),
                result.hasError()
                        ? Optional.of(refusal(result.getError(), "cannot reassign " + partition))
                        : Optional.empty());
    }

    private TaffrailException refusal(com.google.rpc.Status error, String what) {
        return Failure.of(error, connection.door()).toException(what);
    }

    CompletableFuture<ReassignmentPlan> plan(Set<String> topics) {
        return UnaryCall.read(
                        connection,
                        AdminServiceGrpc.getPlanReassignmentMethod(),
                        PlanReassignmentRequest.newBuilder().addAllTopics(topics).build(),
                        "cannot plan reassignments")
                .thenApply(
                        answer ->
                                new ReassignmentPlan(
                                        answer.getReassignmentsList().stream()
                                                .map(ReassignmentCalls::proposal)
                                                .toList(),
                                        answer.getMovedReplicaCount()));
    }

    private static PartitionReassignment proposal(
            io.taffrail.api.v1.PartitionReassignment proposal) {
        return PartitionReassignment.to(
                PartitionValues.partition(proposal.getPartition()),
                proposal.getTarget().getBrokerIdsList());
    }

    CompletableFuture<List<ReassignmentStatus>> list(String topic) {
        return list(
                ListReassignmentsRequest.newBuilder().setTopic(topic).build(), new ArrayList<>());
    }

    private CompletableFuture<List<ReassignmentStatus>> list(
            ListReassignmentsRequest page, List<ReassignmentStatus> before) {
        return UnaryCall.read(
                        connection,
                        AdminServiceGrpc.getListReassignmentsMethod(),
                        page,
                        "cannot list reassignments")
                .thenCompose(answer -> next(page, answer, before));
    }

    private CompletableFuture<List<ReassignmentStatus>> next(
            ListReassignmentsRequest page,
            ListReassignmentsResponse answer,
            List<ReassignmentStatus> before) {
        List<ReassignmentStatus> all = new ArrayList<>(before);
        answer.getReassignmentsList().forEach(status -> all.add(PartitionValues.status(status)));
        if (answer.getNextPageToken().isEmpty()) {
            return CompletableFuture.completedFuture(all);
        }
        return list(page.toBuilder().setPageToken(answer.getNextPageToken()).build(), all);
    }

    CompletableFuture<List<ElectionResult>> elect(Election election) {
        ElectLeadersRequest.Builder request =
                ElectLeadersRequest.newBuilder()
                        .setElectionType(
                                switch (election.type()) {
                                    case CLEAN -> ElectionType.ELECTION_TYPE_CLEAN;
                                    case UNCLEAN -> ElectionType.ELECTION_TYPE_UNCLEAN;
                                });
        election.leaderId().ifPresent(request::setLeaderId);
        election.partitions()
                .forEach(partition -> request.addPartitions(PartitionValues.message(partition)));
        return UnaryCall.read(
                        connection,
                        AdminServiceGrpc.getElectLeadersMethod(),
                        request.build(),
                        "cannot elect leaders")
                .thenApply(ElectLeadersResponse::getResultsList)
                .thenApply(results -> results.stream().map(this::elected).toList());
    }

    private ElectionResult elected(ElectLeadersResult result) {
        PartitionRef partition = PartitionValues.partition(result.getPartition());
        return new ElectionResult(
                partition,
                result.hasLeaderId() ? OptionalInt.of(result.getLeaderId()) : OptionalInt.empty(),
                result.getLeaderEpoch(),
                result.getChanged(),
                result.hasError()
                        ? Optional.of(
                                refusal(result.getError(), "cannot elect a leader of " + partition))
                        : Optional.empty());
    }
}
