// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import io.grpc.Context;
import io.grpc.ServerServiceDefinition;
import io.taffrail.api.TopicIdTranslator;
import io.taffrail.api.internal.v1.DescribeProgressRequest;
import io.taffrail.api.internal.v1.DescribeProgressResponse;
import io.taffrail.api.internal.v1.FollowerProgress;
import io.taffrail.api.internal.v1.PartitionProgress;
import io.taffrail.api.internal.v1.ProgressServiceGrpc;
import io.taffrail.api.internal.v1.ProgressTarget;
import io.taffrail.broker.metadata.ClusterView;
import io.taffrail.broker.partition.LeaderState;
import io.taffrail.broker.replication.PartitionLeader;
import io.taffrail.broker.replication.PartitionLookup;
import io.taffrail.broker.replication.PartitionQuery;
import io.taffrail.broker.replication.Partitions;
import io.taffrail.model.TopicId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** ProgressService: tells other brokers how far the replicas are of what is led here. */
public final class ProgressMethod {
    /** What is not found by then is led elsewhere by now, for all that the asker can use. */
    private static final Duration AT_MOST = Duration.ofMillis(500);

    private static final int MAX_PARTITIONS = 10_000;

    private final ClusterView view;
    private final Partitions partitions;
    private final Executor executor;

    /**
     * @param executor looks the partitions up: many may be asked for at once
     */
    public ProgressMethod(ClusterView view, Partitions partitions, Executor executor) {
        this.view = view;
        this.partitions = partitions;
        this.executor = executor;
    }

    public ServerServiceDefinition service() {
        return MethodDefinitions.service(
                ProgressServiceGrpc.getServiceDescriptor(),
                List.of(
                        MethodDefinitions.unary(
                                ProgressServiceGrpc.getDescribeProgressMethod(),
                                request ->
                                        CompletableFuture.completedFuture(request)
                                                .thenComposeAsync(
                                                        this::describe,
                                                        Context.current()
                                                                .fixedContextExecutor(executor)))));
    }

    /** Also for this broker's own use. Never fails for a partition that is not led here. */
    CompletableFuture<DescribeProgressResponse> describe(DescribeProgressRequest request) {
        InvalidArgument.unlessWithin(1, request.getPartitionsCount(), MAX_PARTITIONS, "partitions");
        List<CompletableFuture<Optional<PartitionProgress>>> found = new ArrayList<>();
        for (ProgressTarget target : request.getPartitionsList()) {
            found.add(find(target));
        }
        return CompletableFuture.allOf(found.toArray(new CompletableFuture<?>[0]))
                .thenApply(
                        all -> {
                            DescribeProgressResponse.Builder response =
                                    DescribeProgressResponse.newBuilder();
                            found.forEach(one -> one.join().ifPresent(response::addPartitions));
                            return response.build();
                        });
    }

    private CompletableFuture<Optional<PartitionProgress>> find(ProgressTarget target) {
        TopicId topicId = TopicIdTranslator.toModel(target.getTopicId());
        return view.image()
                .topic(topicId)
                .map(
                        topic ->
                                new PartitionQuery(
                                        topic.topic().name(),
                                        target.getPartition(),
                                        Optional.of(topicId),
                                        OptionalInt.empty()))
                .map(
                        query ->
                                partitions
                                        .find(query)
                                        .thenApply(lookup -> progress(target, lookup))
                                        .completeOnTimeout(
                                                Optional.empty(),
                                                AT_MOST.toMillis(),
                                                TimeUnit.MILLISECONDS))
                .orElseGet(() -> CompletableFuture.completedFuture(Optional.empty()));
    }

    private static Optional<PartitionProgress> progress(
            ProgressTarget target, PartitionLookup lookup) {
        return lookup instanceof PartitionLookup.Here here
                ? Optional.of(progress(target, here.leader()))
                : Optional.empty();
    }

    /** Read in this order, so that they never contradict each other while the log grows. */
    private static PartitionProgress progress(ProgressTarget target, PartitionLeader leader) {
        PartitionProgress.Builder progress =
                PartitionProgress.newBuilder()
                        .setTopicId(target.getTopicId())
                        .setPartition(target.getPartition())
                        .setLeaderEpoch(leader.leaderEpoch())
                        .setLogStartOffset(leader.logStartOffset());
        leader.highWatermark().ifPresent(progress::setHighWatermark);
        for (LeaderState.Standing follower : leader.followers()) {
            progress.addFollowers(
                    FollowerProgress.newBuilder()
                            .setBrokerId(follower.brokerId())
                            .setAcknowledgedOffset(follower.acknowledged())
                            .setLagBytes(leader.logBytes(follower.acknowledged()))
                            .setLagMs(TimeUnit.NANOSECONDS.toMillis(follower.behindNanos())));
        }
        return progress.setLogEndOffset(leader.logEndOffset())
                .setLogBytes(leader.logBytes(leader.logStartOffset()))
                .build();
    }
}
