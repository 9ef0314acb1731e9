// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.testing;

import io.taffrail.broker.Subscription;
import io.taffrail.broker.metadata.ClusterView;
import io.taffrail.model.cluster.MetadataChange;
import io.taffrail.model.cluster.MetadataImage;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The metadata that a test sets. Any thread. */
public final class FakeClusterView implements ClusterView {
    private final List<Runnable> outOfTouch = new CopyOnWriteArrayList<>();
    public static final String CLUSTER_ID = "8d3f1a52-9e0b-4c6d-a1f7-2b5c7e904d13";

    private final List<Consumer<MetadataImage>> listeners = new CopyOnWriteArrayList<>();
    private volatile MetadataImage image = MetadataImage.EMPTY;
    private volatile OptionalInt activeControllerId = OptionalInt.empty();

    public void set(MetadataImage newer) {
        image = newer;
        listeners.forEach(listener -> listener.accept(newer));
    }

    /** The present image with these changes. */
    public void apply(MetadataChange... changes) {
        MetadataImage changed = image;
        for (MetadataChange change : changes) {
            changed = changed.apply(change);
        }
        set(changed);
    }

    public void setActiveController(OptionalInt nodeId) {
        activeControllerId = nodeId;
    }

    @Override
    public MetadataImage image() {
        return image;
    }

    @Override
    public String clusterId() {
        return CLUSTER_ID;
    }

    @Override
    public OptionalInt activeControllerId() {
        return activeControllerId;
    }

    @Override
    public Subscription subscribe(Consumer<MetadataImage> listener) {
        Consumer<MetadataImage> own = new Consumer<>() { // told apart by identity
                    @Override
                    public void accept(MetadataImage newer) {
                        listener.accept(newer);
                    }
                };
        listeners.add(own);
        return () -> listeners.remove(own);
    }

    /** Who is subscribed at present. */
    public int listenerCount() {
        return listeners.size();
    }

    @Override
    public Subscription whenOutOfTouch(Runnable listener) {
        outOfTouch.add(listener);
        return () -> outOfTouch.remove(listener);
    }

    /** No controller answers any more. */
    public void loseControllers() {
        outOfTouch.forEach(Runnable::run);
    }

    @Override
    public CompletableFuture<MetadataImage> await(
            Predicate<MetadataImage> condition, Duration atMost) {
        CompletableFuture<MetadataImage> found = new CompletableFuture<>();
        Consumer<MetadataImage> look =
                newer -> {
                    if (condition.test(newer)) {
                        found.complete(newer);
                    }
                };
        listeners.add(look);
        look.accept(image);
        return found.copy()
                .orTimeout(atMost.toNanos(), TimeUnit.NANOSECONDS)
                .exceptionally(timedOut -> image)
                .whenComplete((newest, thrown) -> listeners.remove(look));
    }

    @Override
    public CompletableFuture<MetadataImage> catchUp(Duration atMost) {
        return CompletableFuture.completedFuture(image);
    }
}
