// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.metadata;

import io.taffrail.broker.Subscription;
import io.taffrail.model.cluster.MetadataImage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The image in effect, and those who wait for the next. {@link MetadataFollower} publishes, one
 * image after the other; everything else is for any thread.
 */
public final class ClusterState implements ClusterView {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterState.class);

    private record Waiter(
            Predicate<MetadataImage> condition, CompletableFuture<MetadataImage> found) {}

    private final ScheduledExecutorService timer;
    private final Supplier<OptionalInt> activeController;
    private final List<Waiter> waiters = new ArrayList<>(); // its own lock
    private final Map<Long, Consumer<MetadataImage>> watchers =
            new ConcurrentSkipListMap<>(); // told in the order in which they came
    private final Map<Long, Runnable> outOfTouchListeners = new ConcurrentSkipListMap<>();
    private final AtomicLong nextWatcher = new AtomicLong();
    private volatile MetadataImage image = MetadataImage.EMPTY;
    private volatile String clusterId = "";
    private volatile Supplier<CompletableFuture<Long>> commitIndex =
            () -> CompletableFuture.completedFuture(0L);

    public ClusterState(ScheduledExecutorService timer, Supplier<OptionalInt> activeController) {
        this.timer = timer;
        this.activeController = activeController;
    }

    /** How to ask the active controller for its commit index; the future may never complete. */
    public void askCommitIndexBy(Supplier<CompletableFuture<Long>> question) {
        commitIndex = question;
    }

    public void joined(String id) {
        clusterId = id;
    }

    /**
     * The next image is in effect.
     *
     * @param changed false if only its version is another
     */
    void publish(MetadataImage next, boolean changed) {
        image = next;
        if (changed) {
            watchers.values().forEach(watcher -> tell(watcher, next));
        }
        List<Waiter> satisfied = new ArrayList<>();
        synchronized (waiters) {
            for (Iterator<Waiter> each = waiters.iterator(); each.hasNext(); ) {
                Waiter waiter = each.next();
                if (waiter.condition.test(next)) {
                    each.remove();
                    satisfied.add(waiter);
                }
            }
        }
        satisfied.forEach(waiter -> waiter.found.complete(next));
    }

    private static void tell(Consumer<MetadataImage> watcher, MetadataImage next) {
        try {
            watcher.accept(next);
        } catch (RuntimeException e) {
            LOG.error("a watcher of the metadata failed", e); // the others hear of it all the same
        }
    }

    @Override
    public MetadataImage image() {
        return image;
    }

    @Override
    public String clusterId() {
        return clusterId;
    }

    @Override
    public OptionalInt activeControllerId() {
        return activeController.get();
    }

    @Override
    public Subscription subscribe(Consumer<MetadataImage> listener) {
        long number = nextWatcher.incrementAndGet();
        watchers.put(number, listener);
        return () -> watchers.remove(number);
    }

    @Override
    public Subscription whenOutOfTouch(Runnable listener) {
        long number = nextWatcher.incrementAndGet();
        outOfTouchListeners.put(number, listener);
        return () -> outOfTouchListeners.remove(number);
    }

    /** No controller has answered for the session timeout. */
    public void outOfTouch() {
        outOfTouchListeners.values().forEach(listener -> tell(unused -> listener.run(), image));
    }

    @Override
    public CompletableFuture<MetadataImage> await(
            Predicate<MetadataImage> condition, Duration atMost) {
        Waiter waiter = new Waiter(condition, new CompletableFuture<>());
        synchronized (waiters) {
            if (!condition.test(image)) {
                waiters.add(waiter);
                after(atMost, () -> giveUp(waiter));
                return waiter.found;
            }
        }
        return CompletableFuture.completedFuture(image);
    }

    private void giveUp(Waiter waiter) {
        boolean waiting;
        synchronized (waiters) {
            waiting = waiters.remove(waiter);
        }
        if (waiting) {
            waiter.found.complete(image);
        }
    }

    @Override
    public CompletableFuture<MetadataImage> catchUp(Duration atMost) {
        CompletableFuture<MetadataImage> caughtUp =
                commitIndex
                        .get()
                        .thenCompose(index -> await(now -> now.version().index() >= index, atMost));
        after(atMost, () -> caughtUp.complete(image));
        return caughtUp.exceptionally(failure -> image);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // what was waited for tells
    private void after(Duration delay, Runnable event) {
        timer.schedule(event, delay.toNanos(), TimeUnit.NANOSECONDS);
    }
}
