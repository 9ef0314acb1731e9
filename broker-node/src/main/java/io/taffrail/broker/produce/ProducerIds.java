// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.produce;

import static io.taffrail.model.Invariants.check;

import io.taffrail.api.internal.v1.AllocateProducerIdsResponse;
import io.taffrail.broker.metadata.ActiveController;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Producer ids, never the same one twice (P23): out of a block that the active controller gave to
 * this broker alone. One block is asked for at a time, and everybody waits for it. What is left of
 * a block when the process ends is lost, and there are enough. Safe for any thread.
 */
final class ProducerIds {
    private final ActiveController controller;
    private final Duration timeout;
    private final Queue<CompletableFuture<Long>> waiters = new ArrayDeque<>();
    private long nextId;
    private long endId; // exclusive
    private boolean asking;

    ProducerIds(ActiveController controller, Duration timeout) {
        this.controller = controller;
        this.timeout = timeout;
    }

    /** A new one; fails as {@link ActiveController} does. */
    CompletableFuture<Long> next() {
        CompletableFuture<Long> waiter = new CompletableFuture<>();
        boolean ask;
        synchronized (this) {
            if (nextId < endId) {
                waiter.complete(nextId++);
                return waiter;
            }
            waiters.add(waiter);
            ask = !asking;
            asking = true;
        }
        if (ask) {
            askForBlock();
        }
        return waiter;
    }

    private void askForBlock() {
        var unused =
                controller
                        .allocateProducerIds(timeout)
                        .whenComplete(
                                (block, thrown) -> {
                                    if (thrown == null) {
                                        onBlock(block);
                                    } else {
                                        onFailure(thrown);
                                    }
                                });
    }

    private void onBlock(AllocateProducerIdsResponse block) {
        if (block.getFirstProducerId() <= 0 || block.getCount() <= 0) {
            onFailure(new IllegalStateException("no block of producer ids: " + block));
            return;
        }
        List<Runnable> answers = new ArrayList<>();
        boolean more;
        synchronized (this) {
            check(nextId == endId, "a block came before the last one was used up");
            nextId = block.getFirstProducerId();
            endId = nextId + block.getCount();
            while (nextId < endId && !waiters.isEmpty()) {
                CompletableFuture<Long> waiter = waiters.remove();
                long id = nextId++;
                answers.add(() -> waiter.complete(id));
            }
            more = !waiters.isEmpty();
            asking = more;
        }
        answers.forEach(Runnable::run);
        if (more) {
            askForBlock();
        }
    }

    private void onFailure(Throwable thrown) {
        Throwable cause = thrown instanceof CompletionException ? thrown.getCause() : thrown;
        List<CompletableFuture<Long>> failed;
        synchronized (this) {
            failed = new ArrayList<>(waiters);
            waiters.clear();
            asking = false;
        }
        failed.forEach(waiter -> waiter.completeExceptionally(cause));
    }
}
