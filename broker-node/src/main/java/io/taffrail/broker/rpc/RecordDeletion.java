// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import io.taffrail.api.LogFailure;
import io.taffrail.api.StatusTranslator;
import io.taffrail.api.v1.DeleteRecordsRequest;
import io.taffrail.api.v1.DeleteRecordsResponse;
import io.taffrail.api.v1.DeleteRecordsResult;
import io.taffrail.api.v1.DeleteRecordsTarget;
import io.taffrail.api.v1.PartitionRef;
import io.taffrail.broker.forward.Forwarding;
import io.taffrail.broker.forward.Hop;
import io.taffrail.broker.metadata.ClusterView;
import io.taffrail.broker.replication.PartitionLeader;
import io.taffrail.broker.replication.PartitionLeader.DeleteOutcome;
import io.taffrail.broker.replication.PartitionLookup;
import io.taffrail.broker.replication.PartitionLookup.Elsewhere;
import io.taffrail.broker.replication.PartitionQuery;
import io.taffrail.broker.replication.Partitions;
import io.taffrail.model.LogError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Moves log starts forward, each target by itself: in the partitions that are led here, and in
 * others by asking their leaders.
 */
final class RecordDeletion {
    private static final int MAX_TARGETS = 10_000;
    private static final Duration AT_MOST = Duration.ofSeconds(30);

    private final ClusterView view;
    private final Partitions partitions;
    private final Forwarding forwarding;

    RecordDeletion(ClusterView view, Partitions partitions, Forwarding forwarding) {
        this.view = view;
        this.partitions = partitions;
        this.forwarding = forwarding;
    }

    CompletableFuture<DeleteRecordsResponse> delete(DeleteRecordsRequest request) {
        check(request);
        Duration atMost = beforeTheClientGivesUp();
        boolean mayForward = !Hop.isTaken();
        DeletionForwarding elsewhere =
                new DeletionForwarding(forwarding, request.getValidateOnly(), atMost);
        List<CompletableFuture<?>> found = new ArrayList<>();
        List<CompletableFuture<DeleteRecordsResult>> results = new ArrayList<>();
        for (DeleteRecordsTarget target : request.getTargetsList()) {
            CompletableFuture<DeleteRecordsResult> result = new CompletableFuture<>();
            results.add(inTime(target, result, atMost));
            found.add(
                    partitions
                            .find(query(target))
                            .thenAccept(
                                    lookup -> {
                                        if (lookup instanceof Elsewhere leader && mayForward) {
                                            elsewhere.add(leader, target, result);
                                        } else {
                                            here(lookup, target, request.getValidateOnly(), result);
                                        }
                                    }));
        }
        var unused = all(found).thenRun(elsewhere::send);
        return all(results)
                .thenApply(
                        all -> {
                            DeleteRecordsResponse.Builder response =
                                    DeleteRecordsResponse.newBuilder();
                            results.forEach(result -> response.addResults(result.join()));
                            return response.build();
                        });
    }

    private static CompletableFuture<Void> all(List<? extends CompletableFuture<?>> futures) {
        return CompletableFuture.allOf(futures.toArray(new CompletableFuture<?>[0]));
    }

    private CompletableFuture<DeleteRecordsResult> inTime(
            DeleteRecordsTarget target,
            CompletableFuture<DeleteRecordsResult> result,
            Duration atMost) {
        DeleteRecordsResult late =
                result(withId(target.getPartition()), new DeleteOutcome.Refused(notInTime(atMost)));
        return result.completeOnTimeout(late, atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static void check(DeleteRecordsRequest request) {
        InvalidArgument.unlessWithin(1, request.getTargetsCount(), MAX_TARGETS, "targets");
        for (int i = 0; i < request.getTargetsCount(); i++) {
            DeleteRecordsTarget target = request.getTargets(i);
            String field = "targets[" + i + "].";
            if (!target.hasPartition()) {
                throw InvalidArgument.of(field + "partition", "is missing");
            }
            TopicNames.checkId(target.getPartition().getTopicId(), field + "partition.topic_id");
            if (target.hasBeforeOffset() && target.getBeforeOffset() < 0) {
                throw InvalidArgument.of(field + "before_offset", "is negative");
            }
        }
    }

    /** A tenth of the time is kept for the way back: the other targets' results must get there. */
    private static Duration beforeTheClientGivesUp() {
        return CallDeadline.remaining(AT_MOST).multipliedBy(9).dividedBy(10);
    }

    private static PartitionQuery query(DeleteRecordsTarget target) {
        PartitionRef asked = target.getPartition();
        return new PartitionQuery(
                asked.getTopic(),
                asked.getPartition(),
                TopicNames.optionalId(asked.getTopicId(), "topic_id"),
                OptionalInt.empty());
    }

    private void here(
            PartitionLookup lookup,
            DeleteRecordsTarget target,
            boolean validateOnly,
            CompletableFuture<DeleteRecordsResult> result) {
        OptionalLong before =
                target.hasBeforeOffset()
                        ? OptionalLong.of(target.getBeforeOffset())
                        : OptionalLong.empty();
        var unused =
                delete(lookup, before, validateOnly)
                        .whenComplete(
                                (outcome, thrown) -> {
                                    if (thrown == null) {
                                        result.complete(
                                                result(withId(target.getPartition()), outcome));
                                    } else {
                                        result.completeExceptionally(thrown);
                                    }
                                });
    }

    private static CompletableFuture<DeleteOutcome> delete(
            PartitionLookup lookup, OptionalLong before, boolean validateOnly) {
        if (lookup instanceof PartitionLookup.Here here) {
            return validateOnly
                    ? CompletableFuture.completedFuture(foreseen(here.leader(), before))
                    : here.leader().deleteRecords(before);
        }
        return CompletableFuture.completedFuture(
                new DeleteOutcome.Refused(
                        lookup instanceof Elsewhere elsewhere
                                ? elsewhere.notLeader()
                                : ((PartitionLookup.Failed) lookup).failure()));
    }

    /** What the leader would answer now. */
    private static DeleteOutcome foreseen(PartitionLeader leader, OptionalLong before) {
        long logStart = leader.logStartOffset();
        OptionalLong highWatermark = leader.highWatermark();
        if (highWatermark.isEmpty()) {
            return new DeleteOutcome.Refused(
                    LogFailure.of(
                            LogError.LEADER_UNKNOWN,
                            "the new leader does not know yet what is committed"));
        }
        long end = before.orElse(highWatermark.getAsLong());
        if (end > highWatermark.getAsLong()) {
            return new DeleteOutcome.Refused(
                    LogFailure.of(
                                    LogError.OFFSET_OUT_OF_RANGE,
                                    "before_offset "
                                            + end
                                            + " is above the high watermark "
                                            + highWatermark.getAsLong())
                            .with("log_start_offset", logStart)
                            .with("high_watermark", highWatermark.getAsLong()));
        }
        return new DeleteOutcome.Deleted(Math.max(logStart, end));
    }

    private static LogFailure notInTime(Duration atMost) {
        return LogFailure.of(
                LogError.NOT_COMMITTED_IN_TIME,
                "not every in-sync replica has deleted the records within "
                        + atMost.toMillis()
                        + " ms");
    }

    private PartitionRef withId(PartitionRef asked) {
        return asked.getTopicId().isEmpty()
                ? view.image()
                        .topic(asked.getTopic())
                        .map(topic -> topic.topic().topicId().toString())
                        .map(id -> asked.toBuilder().setTopicId(id).build())
                        .orElse(asked)
                : asked;
    }

    private static DeleteRecordsResult result(PartitionRef partition, DeleteOutcome outcome) {
        DeleteRecordsResult.Builder result =
                DeleteRecordsResult.newBuilder().setPartition(partition);
        if (outcome instanceof DeleteOutcome.Deleted deleted) {
            return result.setLogStartOffset(deleted.logStartOffset()).build();
        }
        LogFailure failure = ((DeleteOutcome.Refused) outcome).failure();
        return result.setError(StatusTranslator.toStatus(failure)).build();
    }
}
