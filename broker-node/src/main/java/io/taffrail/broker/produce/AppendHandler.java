// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.produce;

import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.ServerCall;
import io.taffrail.api.LogFailure;
import io.taffrail.api.v1.AppendRequest;
import io.taffrail.api.v1.AppendResponse;
import io.taffrail.broker.replication.PartitionLookup;
import io.taffrail.broker.replication.PartitionQuery;
import io.taffrail.model.LogError;
import io.taffrail.model.cluster.TopicImage;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Append: checks the request, and finds out which partitions its records go to. */
final class AppendHandler {
    private final ProduceServices services;
    private final AtomicInteger keylessTurn = new AtomicInteger();

    AppendHandler(ProduceServices services) {
        this.services = services;
    }

    UnaryCall<AppendRequest, AppendResponse> start(
            ServerCall<Inbound<AppendRequest>, AppendResponse> call) {
        UnaryAnswer<AppendResponse> answer = new UnaryAnswer<>(call, services.observer());
        Deadline deadline = Context.current().getDeadline();
        return UnaryCall.start(call, answer, message -> handle(message, answer, deadline));
    }

    private void handle(
            Inbound.Message<AppendRequest> message,
            UnaryAnswer<AppendResponse> answer,
            Deadline deadline) {
        AppendTerms terms;
        try {
            terms = AppendTerms.of(message.value());
        } catch (RejectedRequestException e) {
            answer.reject(e.rejection());
            return;
        }
        services.observer().received(message.bytes());
        boolean large = message.bytes() >= services.limits().largeRequestBytes();
        Executor executor = large ? services.worker() : Runnable::run;
        AppendCall call = new AppendCall(services, terms, answer, deadline, executor);
        var unused =
                shares(message.value(), executor)
                        .thenAccept(call::run)
                        .exceptionally(
                                thrown -> {
                                    answer.reject(thrown);
                                    return null;
                                });
    }

    /** Fails with a {@link RejectedRequestException} if there is no such topic. */
    private CompletableFuture<List<AppendShare>> shares(AppendRequest request, Executor executor) {
        if (request.hasPartition()) {
            return CompletableFuture.completedFuture(List.of(everything(request)));
        }
        Optional<TopicImage> topic = topic(request.getTopic());
        if (topic.isPresent()) {
            return CompletableFuture.supplyAsync(() -> route(topic.get(), request), executor);
        }
        // To look for any partition of an unknown topic is to wait for newer metadata.
        return services.partitions()
                .find(query(request.getTopic(), 0, OptionalInt.empty()))
                .thenApplyAsync(lookup -> routeAfter(lookup, request), executor);
    }

    private static AppendShare everything(AppendRequest request) {
        return new AppendShare(
                query(request.getTopic(), request.getPartition(), leaderEpoch(request)),
                IntStream.range(0, request.getRecordsCount()).boxed().toList());
    }

    private static OptionalInt leaderEpoch(AppendRequest request) {
        return request.hasLeaderEpoch()
                ? OptionalInt.of(request.getLeaderEpoch())
                : OptionalInt.empty();
    }

    private static PartitionQuery query(String topic, int partition, OptionalInt leaderEpoch) {
        return new PartitionQuery(topic, partition, Optional.empty(), leaderEpoch);
    }

    private Optional<TopicImage> topic(String name) {
        return services.cluster()
                .image()
                .topic(name)
                .filter(topic -> !topic.partitions().isEmpty());
    }

    private List<AppendShare> route(TopicImage topic, AppendRequest request) {
        return RecordRouter.route(topic, request.getRecordsList(), keylessTurn.getAndIncrement());
    }

    private List<AppendShare> routeAfter(PartitionLookup lookup, AppendRequest request) {
        Optional<TopicImage> topic = topic(request.getTopic());
        if (topic.isEmpty()) {
            throw new CompletionException(RejectedRequestException.of(unknown(lookup)));
        }
        return route(topic.get(), request);
    }

    private static LogFailure unknown(PartitionLookup lookup) {
        return lookup instanceof PartitionLookup.Failed failed
                ? failed.failure()
                : LogFailure.of(LogError.UNKNOWN_TOPIC, "there is no such topic");
    }
}
