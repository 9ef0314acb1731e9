// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.metadata;

import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.taffrail.api.MetadataTranslator;
import io.taffrail.api.internal.v1.MetadataServiceGrpc;
import io.taffrail.api.internal.v1.WatchMetadataRequest;
import io.taffrail.api.internal.v1.WatchMetadataResponse;
import io.taffrail.model.Clock;
import io.taffrail.model.cluster.MetadataChange;
import io.taffrail.model.cluster.MetadataImage;
import io.taffrail.model.cluster.MetadataVersion;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the controllers' feed: puts each image into effect, then publishes it. Any controller
 * serves the feed; one that is silent is left for the next (P6). What is older than what was seen,
 * or than this broker's registration, is not put into effect (P4).
 *
 * <p>All of it runs on one thread, {@code executor}'s, which the effects may block; gRPC's threads
 * only hand over. One message is taken at a time: the rest waits with the controller.
 */
public final class MetadataFollower implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MetadataFollower.class);
    private static final Duration SILENCE = Duration.ofSeconds(3);
    private static final Duration LOOK_FOR_SILENCE = Duration.ofMillis(500);
    private static final Duration BACK_OFF = Duration.ofMillis(100);
    private static final Duration CLOSE_AT_MOST = Duration.ofSeconds(10);

    /** Who takes longer for one change hangs, rather than works. */
    private static final Duration APPLYING_AT_MOST = Duration.ofMinutes(2);

    /** Puts images into effect; may block. */
    public interface Effect {
        /** All is as {@code image} says; nothing is known of what was before. */
        void applyImage(MetadataImage image) throws IOException;

        /** {@code changes} led from the image before to this one. */
        void applyChanges(MetadataImage image, List<MetadataChange> changes) throws IOException;
    }

    private final int brokerId;
    private final ControllerChannels channels;
    private final ClusterState cluster;
    private final ControllerContact contact;
    private final Effect effect;
    private final ImageRule images;
    private final Clock clock;
    private final ScheduledExecutorService executor;
    private volatile long heardNanos;
    private volatile boolean closed;
    private volatile boolean applying;

    // Only the executor's thread
    private final List<MetadataChange> gathered = new ArrayList<>();
    private long registered;
    private Feed feed; // null between two
    private FeedProgress progress; // of the feed
    private boolean synced;
    private int turn;

    /**
     * @param executor one thread; the follower's own
     */
    public MetadataFollower(
            int brokerId,
            ControllerChannels channels,
            ClusterState cluster,
            ControllerContact contact,
            Effect effect,
            ImageRule images,
            Clock clock,
            ScheduledExecutorService executor) {
        this.brokerId = brokerId;
        this.channels = channels;
        this.cluster = cluster;
        this.contact = contact;
        this.effect = effect;
        this.images = images;
        this.clock = clock;
        this.executor = executor;
    }

    /**
     * Begins to follow.
     *
     * @param registration the index of this broker's registration
     */
    public void start(long registration) {
        execute(
                () -> {
                    registered = registration;
                    connect();
                });
    }

    private void connect() {
        if (closed) {
            return;
        }
        gathered.clear();
        WatchMetadataRequest.Builder request =
                WatchMetadataRequest.newBuilder()
                        .setClusterId(cluster.clusterId())
                        .setBrokerId(brokerId);
        if (synced) {
            request.setApplied(MetadataTranslator.toProto(cluster.image().version()));
        }
        heardNanos = clock.nanoTime();
        progress = new FeedProgress(heardNanos);
        feed = new Feed(nextController());
        MetadataServiceGrpc.newStub(channels.channel(feed.controller))
                .watchMetadata(request.build(), feed);
        lookForSilence(feed);
    }

    private int nextController() {
        List<Integer> ids = channels.ids();
        return ids.get(turn++ % ids.size());
    }

    private void lookForSilence(Feed watched) {
        later(
                LOOK_FOR_SILENCE,
                () -> {
                    if (watched != feed) {
                        return;
                    }
                    long now = clock.nanoTime();
                    if (now - heardNanos > SILENCE.toNanos()) {
                        leave("it is silent");
                    } else if (channels.ids().size() > 1
                            && progress.isStuck(now, cluster.image().version().index(), contact)) {
                        leave("it stands still, and others may be further");
                    } else {
                        lookForSilence(watched);
                    }
                });
    }

    /** Goes on with the next controller, after a moment. */
    private void leave(String why) {
        LOG.info("leaves the metadata feed of controller {}: {}", feed.controller, why);
        feed.cancel();
        feed = null;
        later(BACK_OFF, this::connect);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // what it does says itself what fails
    private void later(Duration delay, Runnable event) {
        try {
            executor.schedule(event, delay.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("the broker has stopped: the metadata is followed no more", e);
        }
    }

    private void execute(Runnable event) {
        try {
            executor.execute(event);
        } catch (RejectedExecutionException e) {
            LOG.debug("the broker has stopped: the metadata is followed no more", e);
        }
    }

    /** One stream from one controller. */
    private final class Feed
            implements ClientResponseObserver<WatchMetadataRequest, WatchMetadataResponse> {
        private final int controller;
        private ClientCallStreamObserver<WatchMetadataRequest> call;

        private Feed(int controller) {
            this.controller = controller;
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<WatchMetadataRequest> starting) {
            call = starting;
            call.disableAutoRequestWithInitial(1);
        }

        @Override
        public void onNext(WatchMetadataResponse response) {
            heardNanos = clock.nanoTime();
            execute(() -> arrived(this, response));
        }

        @Override
        public void onError(Throwable failure) {
            execute(() -> ended(this, "it broke: " + Status.fromThrowable(failure)));
        }

        @Override
        public void onCompleted() {
            execute(() -> ended(this, "it ended"));
        }

        private void cancel() {
            call.cancel("left for another one", null);
        }
    }

    private void arrived(Feed from, WatchMetadataResponse response) {
        if (from != feed || closed) {
            return;
        }
        heardNanos = clock.nanoTime();
        applying = true; // which may take its time
        try {
            take(response);
            from.call.request(1);
        } catch (IOException | RuntimeException e) {
            LOG.error("metadata of controller {} could not be put into effect", from.controller, e);
            leave("what it said could not be put into effect");
        } finally {
            heardNanos = clock.nanoTime();
            applying = false;
        }
    }

    private void ended(Feed ended, String why) {
        if (ended == feed && !closed) {
            leave(why);
        }
    }

    /**
     * Whether something that came is being put into effect just now, as many new logs take their
     * time.
     */
    public boolean isApplying() {
        return applying && clock.nanoTime() - heardNanos <= APPLYING_AT_MOST.toNanos();
    }

    private void take(WatchMetadataResponse response) throws IOException {
        MetadataVersion version = MetadataTranslator.toModel(response.getVersion());
        if (version.compareTo(cluster.image().version()) < 0) {
            throw new IOException(
                    "the feed goes back from " + cluster.image().version() + " to " + version);
        }
        switch (response.getKindCase()) {
            case IMAGE -> {
                if (response.getImage().getSequence() == 0) {
                    gathered.clear();
                }
                gather(response.getImage().getChangesList());
                if (response.getImage().getLast()) {
                    takeImage(version);
                }
            }
            case DELTA -> {
                if (response.getDelta().getSequence() == 0) {
                    gathered.clear();
                }
                gather(response.getDelta().getChangesList());
                if (response.getDelta().getLast()) {
                    takeChanges(version);
                }
            }
            case KIND_NOT_SET -> {
                if (synced) {
                    cluster.publish(cluster.image().at(version), false);
                }
            }
        }
    }

    private void gather(List<io.taffrail.api.internal.v1.MetadataChange> changes) {
        for (io.taffrail.api.internal.v1.MetadataChange change : changes) {
            MetadataTranslator.toModel(change).ifPresent(gathered::add);
        }
    }

    private void takeImage(MetadataVersion version) throws IOException {
        MetadataImage image = MetadataImage.EMPTY;
        for (MetadataChange change : gathered) {
            image = image.apply(change);
        }
        gathered.clear();
        image = image.at(version);
        if (!images.counts(version, registered)) {
            throw new IOException(
                    "the image at " + version + " is older than this broker's registration");
        }
        effect.applyImage(image);
        synced = true;
        cluster.publish(image, true);
    }

    private void takeChanges(MetadataVersion version) throws IOException {
        if (!synced) {
            throw new IOException("the feed began with a change at " + version);
        }
        MetadataImage image = cluster.image();
        for (MetadataChange change : gathered) {
            image = image.apply(change);
        }
        image = image.at(version);
        List<MetadataChange> changes = List.copyOf(gathered);
        gathered.clear();
        try {
            effect.applyChanges(image, changes);
        } catch (IOException | RuntimeException e) {
            synced = false; // half in effect: only a whole image puts that right
            throw e;
        }
        cluster.publish(image, !changes.isEmpty());
    }

    /** Follows no more; completes once nothing is being put into effect. */
    public CompletableFuture<Void> stop() {
        closed = true;
        CompletableFuture<Void> stopped = new CompletableFuture<>();
        try {
            executor.execute(
                    () -> {
                        if (feed != null) {
                            feed.cancel();
                            feed = null;
                        }
                        stopped.complete(null);
                    });
        } catch (RejectedExecutionException e) {
            stopped.complete(null);
        }
        return stopped;
    }

    /** As {@link #stop}, and waits for it, for a while. */
    @Override
    public void close() {
        try {
            stop().get(CLOSE_AT_MOST.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            LOG.warn("what the metadata says is still being put into effect", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
