// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.metadata;

import io.grpc.Context;
import io.grpc.StatusRuntimeException;
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
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the controllers' feed on a thread of its own: puts each image into effect, then publishes
 * it. Any controller serves the feed; one that is silent is left for the next (P6). What is older
 * than what was seen, or than this broker's registration, is not put into effect (P4).
 */
public final class MetadataFollower implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MetadataFollower.class);
    private static final Duration SILENCE = Duration.ofSeconds(3);
    private static final Duration BACK_OFF = Duration.ofMillis(100);

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
    private final Effect effect;
    private final Clock clock;
    private final ScheduledExecutorService timer;
    private final Thread thread;
    private final AtomicLong heardNanos = new AtomicLong();
    private volatile MetadataVersion least;
    private volatile boolean closed;
    private volatile boolean applying;
    private volatile Context.CancellableContext stream;

    // Only the follower's thread
    private final List<MetadataChange> gathered = new ArrayList<>();
    private boolean synced;
    private int turn;

    public MetadataFollower(
            int brokerId,
            ControllerChannels channels,
            ClusterState cluster,
            Effect effect,
            Clock clock,
            ScheduledExecutorService timer) {
        this.brokerId = brokerId;
        this.channels = channels;
        this.cluster = cluster;
        this.effect = effect;
        this.clock = clock;
        this.timer = timer;
        this.thread = new Thread(this::run, "metadata-feed");
        this.thread.setDaemon(true);
    }

    /**
     * Begins to follow.
     *
     * @param registered the index of this broker's registration: no older image counts
     */
    public void start(long registered) {
        least = new MetadataVersion(0, registered);
        thread.start();
    }

    private void run() {
        while (!closed) {
            int controller = nextController();
            try {
                follow(controller);
                LOG.debug("controller {} ended the metadata feed", controller);
            } catch (StatusRuntimeException e) {
                if (!closed) {
                    LOG.info(
                            "the metadata feed of controller {} broke: {}",
                            controller,
                            e.getStatus());
                }
            } catch (IOException | RuntimeException e) {
                LOG.error("metadata of controller {} could not be put into effect", controller, e);
            }
            pause();
        }
    }

    private int nextController() {
        List<Integer> ids = channels.ids();
        return ids.get(turn++ % ids.size());
    }

    private void pause() {
        try {
            if (!closed) {
                TimeUnit.NANOSECONDS.sleep(BACK_OFF.toNanos());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void follow(int controller) throws IOException {
        gathered.clear();
        WatchMetadataRequest.Builder request =
                WatchMetadataRequest.newBuilder()
                        .setClusterId(cluster.clusterId())
                        .setBrokerId(brokerId);
        if (synced) {
            request.setApplied(MetadataTranslator.toProto(cluster.image().version()));
        }
        Context.CancellableContext context = Context.current().withCancellation();
        stream = context;
        heardNanos.set(clock.nanoTime());
        applying = false;
        ScheduledFuture<?> watchdog =
                timer.scheduleWithFixedDelay(
                        () -> leaveIfSilent(context), 500, 500, TimeUnit.MILLISECONDS);
        Context previous = context.attach();
        try {
            Iterator<WatchMetadataResponse> feed =
                    MetadataServiceGrpc.newBlockingStub(channels.channel(controller))
                            .watchMetadata(request.build());
            while (!closed && feed.hasNext()) {
                WatchMetadataResponse response = feed.next();
                heardNanos.set(clock.nanoTime());
                applying = true; // which may take its time
                take(response);
                heardNanos.set(clock.nanoTime());
                applying = false;
            }
        } finally {
            watchdog.cancel(false);
            context.detach(previous);
            context.cancel(null);
        }
    }

    private void leaveIfSilent(Context.CancellableContext context) {
        if (!applying && clock.nanoTime() - heardNanos.get() > SILENCE.toNanos()) {
            context.cancel(null);
        }
    }

    /**
     * Whether something that came is being put into effect just now, as many new logs take their
     * time.
     */
    public boolean isApplying() {
        return applying && clock.nanoTime() - heardNanos.get() <= APPLYING_AT_MOST.toNanos();
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
        if (version.index() < least.index()) {
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

    @Override
    public void close() {
        closed = true;
        Context.CancellableContext current = stream;
        if (current != null) {
            current.cancel(null);
        }
        try {
            thread.join(TimeUnit.SECONDS.toMillis(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
