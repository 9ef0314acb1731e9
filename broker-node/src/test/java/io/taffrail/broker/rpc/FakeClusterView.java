// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import io.taffrail.broker.Subscription;
import io.taffrail.broker.metadata.ClusterView;
import io.taffrail.model.cluster.MetadataImage;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** A view whose images a test publishes; what a catch-up brings is there only once it is asked. */
final class FakeClusterView implements ClusterView {
    private final List<Runnable> outOfTouch = new CopyOnWriteArrayList<>();
    private final List<Consumer<MetadataImage>> listeners = new CopyOnWriteArrayList<>();
    private final AtomicReference<Optional<MetadataImage>> missed =
            new AtomicReference<>(Optional.empty());
    private volatile MetadataImage image;
    private volatile OptionalInt controllerId = OptionalInt.of(1);

    FakeClusterView(MetadataImage image) {
        this.image = image;
    }

    void publish(MetadataImage next) {
        image = next;
        listeners.forEach(listener -> listener.accept(next));
    }

    /** The controller has this image, and the broker does not. */
    void miss(MetadataImage newer) {
        missed.set(Optional.of(newer));
    }

    void setControllerId(OptionalInt id) {
        controllerId = id;
    }

    int listeners() {
        return listeners.size();
    }

    @Override
    public MetadataImage image() {
        return image;
    }

    @Override
    public String clusterId() {
        return "the-cluster";
    }

    @Override
    public OptionalInt activeControllerId() {
        return controllerId;
    }

    @Override
    public Subscription subscribe(Consumer<MetadataImage> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
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
        throw new UnsupportedOperationException("nothing here waits for an image");
    }

    @Override
    public CompletableFuture<MetadataImage> catchUp(Duration atMost) {
        missed.getAndSet(Optional.empty()).ifPresent(this::publish);
        return CompletableFuture.completedFuture(image);
    }
}
