// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.control;

import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.taffrail.api.v1.AdminServiceGrpc;
import io.taffrail.api.v1.WatchClusterRequest;
import io.taffrail.api.v1.WatchClusterResponse;
import io.taffrail.client.admin.ClusterUpdate;
import io.taffrail.client.admin.ClusterWatch;
import io.taffrail.client.connection.Backoff;
import io.taffrail.client.connection.Connection;
import io.taffrail.client.connection.Failure;
import io.taffrail.client.connection.Traffic;
import io.taffrail.model.HostPort;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** A watch of the cluster, begun anew at another broker when its stream breaks. */
final class WatchedCluster implements ClusterWatch {
    private final Connection connection;
    private final Consumer<ClusterUpdate> listener;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    // Below: only on the connection's thread.
    private final Backoff backoff = new Backoff();
    private Stream stream;
    private boolean begunBefore;

    WatchedCluster(Connection connection, Consumer<ClusterUpdate> listener) {
        this.connection = connection;
        this.listener = listener;
        var unused = connection.track(ended);
        connection.later(Duration.ZERO, this::begin);
    }

    @Override
    public CompletableFuture<Void> ended() {
        return ended;
    }

    @Override
    public void close() {
        ended.complete(null);
        connection.later(
                Duration.ZERO,
                () -> {
                    if (stream != null) {
                        stream.call.cancel("the watch is closed", null);
                    }
                });
    }

    private void begin() {
        if (ended.isDone()) {
            return;
        }
        HostPort address = connection.door();
        stream = new Stream(address);
        AdminServiceGrpc.newStub(connection.channels().channel(address, Traffic.CONTROL))
                .watchCluster(WatchClusterRequest.getDefaultInstance(), stream);
    }

    private void tell(Stream from, WatchClusterResponse response) {
        if (ended.isDone() || stream != from) {
            return;
        }
        backoff.reset();
        connection.reached(from.address);
        boolean restarted = begunBefore && !from.told;
        from.told = true;
        begunBefore = true;
        listener.accept(
                new ClusterUpdate(
                        ClusterValues.version(response.getVersion()),
                        response.getEventsList().stream()
                                .map(ClusterValues::event)
                                .flatMap(Optional::stream)
                                .toList(),
                        response.getInitialComplete(),
                        restarted));
    }

    private void onEnd(Stream from, Failure failure) {
        if (ended.isDone() || stream != from) {
            return;
        }
        var unreachable = connection.failed(failure);
        if (unreachable.isPresent()) {
            ended.completeExceptionally(unreachable.get());
        } else if (failure.passes()) {
            connection.later(backoff.after(failure), this::begin);
        } else {
            ended.completeExceptionally(failure.toException("cannot watch the cluster"));
        }
    }

    private final class Stream
            implements ClientResponseObserver<WatchClusterRequest, WatchClusterResponse> {
        private final HostPort address;
        private ClientCallStreamObserver<WatchClusterRequest> call;
        private boolean told;

        Stream(HostPort address) {
            this.address = address;
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<WatchClusterRequest> requests) {
            call = requests;
        }

        @Override
        public void onNext(WatchClusterResponse response) {
            connection.later(Duration.ZERO, () -> tell(this, response));
        }

        @Override
        public void onError(Throwable failure) {
            connection.later(Duration.ZERO, () -> onEnd(this, Failure.of(failure, address)));
        }

        @Override
        public void onCompleted() {
            connection.later(
                    Duration.ZERO,
                    () -> onEnd(this, Failure.local("the broker ended the stream", address)));
        }
    }
}
