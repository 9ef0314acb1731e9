// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import io.taffrail.api.internal.v1.AdministerRequest;
import io.taffrail.api.internal.v1.AdministerResponse;
import io.taffrail.api.internal.v1.PartitionOutcome;
import io.taffrail.api.v1.ListReassignmentsRequest;
import io.taffrail.api.v1.ListReassignmentsResponse;
import io.taffrail.api.v1.PartitionReassignment;
import io.taffrail.api.v1.PartitionRef;
import io.taffrail.api.v1.PlanReassignmentRequest;
import io.taffrail.api.v1.PlanReassignmentResponse;
import io.taffrail.api.v1.ReassignPartitionsRequest;
import io.taffrail.api.v1.ReassignPartitionsResponse;
import io.taffrail.api.v1.ReassignmentResult;
import io.taffrail.api.v1.ReassignmentStatus;
import io.taffrail.broker.metadata.ActiveController;
import io.taffrail.broker.metadata.ClusterView;
import io.taffrail.model.cluster.MetadataImage;
import io.taffrail.model.cluster.PartitionEntry;
import io.taffrail.model.cluster.TopicImage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/** Moves of replicas: planned and decided by the active controller, followed here. */
final class ReassignmentMethods {
    private static final Duration AT_MOST = Duration.ofSeconds(30);
    private static final int MAX_REASSIGNMENTS = 10_000;

    private final ClusterView view;
    private final ActiveController controller;
    private final ProgressReports progress;

    ReassignmentMethods(ClusterView view, ActiveController controller, ProgressReports progress) {
        this.view = view;
        this.controller = controller;
        this.progress = progress;
    }

    CompletableFuture<PlanReassignmentResponse> plan(PlanReassignmentRequest request) {
        InvalidArgument.unlessWithin(
                0, request.getMaxReassignments(), MAX_REASSIGNMENTS, "max_reassignments");
        request.getTopicsList().forEach(TopicNames::requireName);
        return controller.planReassignment(request, CallDeadline.remaining(AT_MOST));
    }

    CompletableFuture<ReassignPartitionsResponse> reassign(ReassignPartitionsRequest request) {
        check(request);
        AdministerRequest change =
                AdministerRequest.newBuilder().setReassignPartitions(request).build();
        return controller
                .administer(change, CallDeadline.remaining(AT_MOST))
                .thenApply(response -> results(request, response));
    }

    private static void check(ReassignPartitionsRequest request) {
        int least = request.hasThrottleBytesPerSecond() ? 0 : 1;
        InvalidArgument.unlessWithin(
                least, request.getReassignmentsCount(), MAX_REASSIGNMENTS, "reassignments");
        checkThrottle(request.hasThrottleBytesPerSecond(), request.getThrottleBytesPerSecond());
        for (int i = 0; i < request.getReassignmentsCount(); i++) {
            PartitionReassignment reassignment = request.getReassignments(i);
            String field = "reassignments[" + i + "].";
            TopicNames.checkId(
                    reassignment.getPartition().getTopicId(), field + "partition.topic_id");
            if (reassignment.getActionCase() == PartitionReassignment.ActionCase.ACTION_NOT_SET) {
                throw InvalidArgument.of(field + "target", "is missing, and so is cancel");
            }
        }
    }

    static void checkThrottle(boolean given, long bytesPerSecond) {
        if (given) {
            InvalidArgument.unlessWithin(
                    0, bytesPerSecond, Long.MAX_VALUE, "throttle_bytes_per_second");
        }
    }

    private ReassignPartitionsResponse results(
            ReassignPartitionsRequest request, AdministerResponse response) {
        OptionalLong throttle =
                request.hasThrottleBytesPerSecond()
                        ? OptionalLong.of(request.getThrottleBytesPerSecond())
                        : view.image().moveThrottle();
        ReassignPartitionsResponse.Builder results = ReassignPartitionsResponse.newBuilder();
        for (PartitionOutcome outcome : response.getOutcomesList()) {
            PartitionRef ref = PartitionOutcomes.ref(outcome);
            ReassignmentResult.Builder result = ReassignmentResult.newBuilder().setPartition(ref);
            if (outcome.hasError()) {
                result.setError(outcome.getError());
            } else {
                PartitionOutcomes.state(outcome)
                        .filter(PartitionEntry::moving)
                        .ifPresent(state -> result.setStatus(status(ref, state, throttle)));
            }
            results.addResults(result);
        }
        return results.build();
    }

    private static ReassignmentStatus.Builder status(
            PartitionRef ref, PartitionEntry partition, OptionalLong throttle) {
        ReassignmentStatus.Builder status =
                ReassignmentStatus.newBuilder()
                        .setPartition(ref)
                        .addAllAddingBrokerIds(partition.adding())
                        .addAllRemovingBrokerIds(partition.removing());
        partition.replicas().forEach(replica -> status.addBrokerIds(replica.brokerId()));
        throttle.ifPresent(status::setThrottleBytesPerSecond);
        return status;
    }

    /** A move with its topic's name. */
    private record Move(String topic, PartitionEntry partition) {
        /** Topics' names have no slash. */
        String token() {
            return topic + "/" + partition.partition();
        }

        PartitionRef ref() {
            return PartitionRef.newBuilder()
                    .setTopic(topic)
                    .setTopicId(partition.topicId().toString())
                    .setPartition(partition.partition())
                    .build();
        }
    }

    CompletableFuture<ListReassignmentsResponse> list(ListReassignmentsRequest request) {
        Page page = Page.of(request.getPageSize(), request.getPageToken());
        MetadataImage image = view.image();
        List<Move> moves = moves(image, request.getTopic());
        List<Move> rest = page.after().map(token -> behind(token, moves)).orElse(moves);
        List<Move> shown = rest.subList(0, Math.min(page.size(), rest.size()));
        return progress.of(shown.stream().map(Move::partition).toList())
                .thenApply(
                        reports -> {
                            ListReassignmentsResponse.Builder response =
                                    ListReassignmentsResponse.newBuilder();
                            for (Move move : shown) {
                                response.addReassignments(status(move, image, reports));
                            }
                            if (shown.size() < rest.size()) {
                                String last = shown.get(shown.size() - 1).token();
                                response.setNextPageToken(Page.tokenAfter(last));
                            }
                            return response.build();
                        });
    }

    private static ReassignmentStatus status(
            Move move, MetadataImage image, ProgressReports.Reports reports) {
        ReassignmentStatus.Builder status =
                status(move.ref(), move.partition(), image.moveThrottle());
        reports.of(move.partition())
                .map(report -> CopyProgress.of(move.partition(), report))
                .ifPresent(
                        copy ->
                                status.setCopiedBytes(copy.copiedBytes())
                                        .setRemainingBytes(copy.remainingBytes()));
        return status.build();
    }

    /** By topic and partition. */
    private static List<Move> moves(MetadataImage image, String topicName) {
        List<Move> moves = new ArrayList<>();
        if (!topicName.isEmpty()) {
            add(
                    image.topic(topicName)
                            .orElseThrow(
                                    () -> TopicNames.unknown(image, topicName, Optional.empty())),
                    moves);
            return moves;
        }
        image.topicIdsByName().values().forEach(id -> add(image.topic(id).orElseThrow(), moves));
        return moves;
    }

    private static void add(TopicImage topic, List<Move> to) {
        for (PartitionEntry partition : topic.partitions()) {
            if (partition.moving()) {
                to.add(new Move(topic.topic().name(), partition));
            }
        }
    }

    private static List<Move> behind(String token, List<Move> moves) {
        int slash = token.lastIndexOf('/');
        Page numbered = new Page(1, Optional.of(token.substring(slash + 1)));
        String topic = token.substring(0, Math.max(0, slash));
        int from = numbered.firstNumber();
        return moves.stream()
                .filter(
                        move -> {
                            int order = move.topic().compareTo(topic);
                            return order > 0
                                    || (order == 0 && move.partition().partition() >= from);
                        })
                .toList();
    }
}
