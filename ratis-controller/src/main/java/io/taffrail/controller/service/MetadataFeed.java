// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.service;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.taffrail.api.MetadataTranslator;
import io.taffrail.api.internal.v1.MetadataServiceGrpc;
import io.taffrail.api.internal.v1.WatchMetadataRequest;
import io.taffrail.api.internal.v1.WatchMetadataResponse;
import io.taffrail.controller.decide.ControllerState;
import io.taffrail.model.Clock;
import io.taffrail.model.cluster.MetadataChange;
import io.taffrail.model.cluster.MetadataVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * The metadata feed, out of what was applied here: only committed entries are, so every controller
 * may serve it. Whoever applies hands over and goes on; one thread sends.
 */
final class MetadataFeed extends MetadataServiceGrpc.MetadataServiceImplBase {
    private static final int RING_DELTAS = 1_000;
    private static final int RING_CHANGES = 50_000;

    private final Supplier<String> clusterId;
    private final Clock clock;
    private final Executor executor;
    private final DeltaRing ring;
    private final List<Watcher> watchers = new ArrayList<>();
    private final AtomicBoolean pumpDue = new AtomicBoolean();

    /** All work on streams is done in {@code executor}, which runs one task at a time. */
    MetadataFeed(Supplier<String> clusterId, Clock clock, Executor executor) {
        this(clusterId, clock, executor, new DeltaRing(RING_DELTAS, RING_CHANGES));
    }

    MetadataFeed(Supplier<String> clusterId, Clock clock, Executor executor, DeltaRing ring) {
        this.clusterId = clusterId;
        this.clock = clock;
        this.executor = executor;
        this.ring = ring;
    }

    /** An entry was applied. Never blocks. */
    void applied(List<MetadataChange> changes, ControllerState after) {
        ring.add(changes, after.image());
        pumpSoon();
    }

    /** The state was replaced by a snapshot's. Never blocks. */
    void replaced(ControllerState state) {
        ring.reset(state.image());
        pumpSoon();
    }

    /** To be called often: signs of life, and streams that wait. */
    void pumpSoon() {
        if (pumpDue.compareAndSet(false, true)) {
            execute(this::pump);
        }
    }

    private void pump() {
        pumpDue.set(false);
        long now = clock.nanoTime();
        watchers.forEach(watcher -> watcher.pump(now));
        watchers.removeIf(Watcher::ended);
    }

    @Override
    public void watchMetadata(
            WatchMetadataRequest request, StreamObserver<WatchMetadataResponse> observer) {
        if (clusterId.get().isEmpty()) {
            observer.onError(
                    Status.UNAVAILABLE
                            .withDescription("this controller belongs to no cluster yet")
                            .asRuntimeException());
            return;
        }
        String asked = request.getClusterId();
        if (!asked.isEmpty() && !asked.equals(clusterId.get())) {
            observer.onError(
                    Status.FAILED_PRECONDITION
                            .withDescription(
                                    "this is the cluster " + clusterId.get() + ", not " + asked)
                            .asRuntimeException());
            return;
        }
        var responses = (ServerCallStreamObserver<WatchMetadataResponse>) observer;
        Optional<MetadataVersion> applied =
                request.hasApplied()
                        ? Optional.of(MetadataTranslator.toModel(request.getApplied()))
                        : Optional.empty();
        Watcher watcher = new Watcher(clusterId.get(), ring, responses, applied, clock.nanoTime());
        responses.setOnReadyHandler(() -> execute(() -> watcher.pump(clock.nanoTime())));
        responses.setOnCancelHandler(this::pumpSoon);
        execute(
                () -> {
                    watchers.add(watcher);
                    watcher.pump(clock.nanoTime());
                });
    }

    /** Ends all streams. */
    void endAll(StatusRuntimeException why) {
        execute(
                () -> {
                    watchers.forEach(watcher -> watcher.end(why));
                    watchers.clear();
                });
    }

    private void execute(Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            pumpDue.set(false); // closed: nobody is served any more
        }
    }
}
