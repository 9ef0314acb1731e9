// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import io.grpc.ServerMethodDefinition;
import io.grpc.stub.ServerCallStreamObserver;
import io.taffrail.api.v1.AdminServiceGrpc;
import io.taffrail.api.v1.ClusterEventKind;
import io.taffrail.api.v1.WatchClusterRequest;
import io.taffrail.api.v1.WatchClusterResponse;
import io.taffrail.broker.connection.StreamLifetime;
import io.taffrail.broker.metadata.ClusterView;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** AdminService.WatchCluster. */
final class WatchClusterMethod {
    /** A change of the active controller alone makes no new image: it is looked for. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final ClusterView view;
    private final ScheduledExecutorService executor;

    WatchClusterMethod(ClusterView view, ScheduledExecutorService executor) {
        this.view = view;
        this.executor = executor;
    }

    ServerMethodDefinition<?, ?> definition() {
        return MethodDefinitions.serverStreaming(
                AdminServiceGrpc.getWatchClusterMethod(), this::watch);
    }

    private void watch(
            WatchClusterRequest request,
            ServerCallStreamObserver<WatchClusterResponse> observer,
            StreamLifetime lifetime) {
        for (ClusterEventKind kind : request.getKindsList()) {
            if (kind == ClusterEventKind.CLUSTER_EVENT_KIND_UNSPECIFIED
                    || kind == ClusterEventKind.UNRECOGNIZED) {
                throw InvalidArgument.of("kinds", "holds a kind that is not known here");
            }
        }
        Watch<WatchClusterResponse> watch =
                new Watch<>(
                        observer,
                        new ClusterNews(view, request.getKindsList()),
                        executor,
                        AdminServiceGrpc.getWatchClusterMethod().getFullMethodName());
        watch.endWith(lifetime);
        watch.endWhenOutOfTouch(view);
        watch.closeAtEnd(view.subscribe(image -> watch.wake()));
        Future<?> looking =
                executor.scheduleWithFixedDelay(
                        watch::wake, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
        watch.closeAtEnd(() -> looking.cancel(false));
        watch.begin();
    }
}
