// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import io.grpc.ServerMethodDefinition;
import io.grpc.stub.ServerCallStreamObserver;
import io.taffrail.api.v1.LogServiceGrpc;
import io.taffrail.api.v1.WatchTopicsRequest;
import io.taffrail.api.v1.WatchTopicsResponse;
import io.taffrail.broker.connection.StreamLifetime;
import io.taffrail.broker.metadata.ClusterView;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;

/** LogService.WatchTopics: a client's metadata. */
public final class WatchTopicsMethod {
    private static final int MAX_TOPICS = 10_000;

    /** A topic that was made a moment ago through another broker is not told as unknown. */
    private static final Duration CATCH_UP = Duration.ofSeconds(1);

    private final ClusterView view;
    private final Executor executor;

    /**
     * @param executor compares metadata and writes answers; nothing on it blocks
     */
    public WatchTopicsMethod(ClusterView view, Executor executor) {
        this.view = view;
        this.executor = executor;
    }

    /** For {@link LogServiceDefinition}. */
    public ServerMethodDefinition<?, ?> definition() {
        return MethodDefinitions.serverStreaming(
                LogServiceGrpc.getWatchTopicsMethod(), this::watch);
    }

    private void watch(
            WatchTopicsRequest request,
            ServerCallStreamObserver<WatchTopicsResponse> observer,
            StreamLifetime lifetime) {
        List<String> names = request.getTopicsList();
        InvalidArgument.unlessWithin(1, names.size(), MAX_TOPICS, "topics");
        Watch<WatchTopicsResponse> watch =
                new Watch<>(
                        observer,
                        new TopicNews(view, names),
                        executor,
                        LogServiceGrpc.getWatchTopicsMethod().getFullMethodName());
        watch.endWith(lifetime);
        watch.endWhenOutOfTouch(view);
        watch.closeAtEnd(view.subscribe(image -> watch.wake()));
        if (names.stream().allMatch(name -> view.image().topic(name).isPresent())) {
            watch.begin();
        } else {
            var unused = view.catchUp(CATCH_UP).thenRun(watch::begin); // never fails
        }
    }
}
