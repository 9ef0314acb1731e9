// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.produce;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Where a topic's records without a key go: to some partition until a batch of them is complete,
 * then to another (KIP-480). So batches fill sooner than if each record went somewhere else. For
 * any thread.
 */
final class StickyPartition {
    private static final int NOT_CHOSEN = -1;

    private final AtomicInteger current = new AtomicInteger(NOT_CHOSEN);

    int choose(int partitionCount) {
        int chosen = current.get();
        if (chosen == NOT_CHOSEN || chosen >= partitionCount) {
            leave(chosen, partitionCount);
            return current.get();
        }
        return chosen;
    }

    /** Chooses another partition, if this one is still the choice. */
    void leave(int partition, int partitionCount) {
        if (partitionCount == 1) {
            current.set(0);
            return;
        }
        int others =
                partition < 0 || partition >= partitionCount ? partitionCount : partitionCount - 1;
        int next = ThreadLocalRandom.current().nextInt(others);
        boolean skips = others < partitionCount && next >= partition;
        current.compareAndSet(partition, skips ? next + 1 : next);
    }
}
