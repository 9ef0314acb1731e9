// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.metadata;

import io.taffrail.broker.Subscription;
import io.taffrail.model.cluster.MetadataImage;
import io.taffrail.model.cluster.MetadataVersion;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** What this broker knows of the cluster. Safe for any thread; never blocks. */
public interface ClusterView {
    /**
     * The newest state that is in effect here: partitions that it gives to this broker are open.
     */
    MetadataImage image();

    /** Empty until the broker first joined the cluster. */
    String clusterId();

    /** Node id of the active controller, as far as is known. */
    OptionalInt activeControllerId();

    /**
     * Calls {@code listener} with each new image, in order, once it is in effect. The listener must
     * not block.
     */
    Subscription subscribe(Consumer<MetadataImage> listener);

    /**
     * Calls {@code listener} when this broker has been without a controller for the session
     * timeout, and again for as long as that lasts: others may lead by now what it believes to
     * lead. The listener must not block.
     */
    Subscription whenOutOfTouch(Runnable listener);

    /**
     * Completes with the first image for which {@code condition} holds; with the newest one after
     * {@code atMost}. Never fails.
     */
    CompletableFuture<MetadataImage> await(Predicate<MetadataImage> condition, Duration atMost);

    /** Completes with the first image at or above {@code version}, as {@link #await} does. */
    default CompletableFuture<MetadataImage> await(MetadataVersion version, Duration atMost) {
        return await(image -> image.version().isAtLeast(version), atMost);
    }

    /**
     * Asks the active controller how far its log is committed, and completes once that is in effect
     * here; with the newest image after {@code atMost}, so also without a controller.
     */
    CompletableFuture<MetadataImage> catchUp(Duration atMost);
}
