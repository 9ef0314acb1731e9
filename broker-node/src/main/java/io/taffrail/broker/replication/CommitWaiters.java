// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication;

import io.taffrail.api.LogFailure;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;

/**
 * Requests that wait for an offset. The one who moves the offset completes them, on its own thread
 * and outside of this object's lock. Safe for any thread.
 */
final class CommitWaiters {
    private record Waiter(
            long endOffset, long deadlineNanos, CompletableFuture<Optional<LogFailure>> done) {}

    private final PriorityQueue<Waiter> waiters =
            new PriorityQueue<>((a, b) -> Long.compare(a.endOffset, b.endOffset));
    private long reachedOffset;
    private LogFailure over;

    CommitWaiters(long reachedOffset) {
        this.reachedOffset = reachedOffset;
    }

    /** Completes, empty, once all below {@code endOffset} is reached. */
    CompletableFuture<Optional<LogFailure>> await(long endOffset, long deadlineNanos) {
        CompletableFuture<Optional<LogFailure>> done = new CompletableFuture<>();
        synchronized (this) {
            if (reachedOffset < endOffset && over == null) {
                waiters.add(new Waiter(endOffset, deadlineNanos, done));
                return done;
            }
        }
        done.complete(
                reachedOffset() >= endOffset ? Optional.empty() : Optional.ofNullable(over()));
        return done;
    }

    /** All below {@code offset} is reached. */
    void reached(long offset) {
        List<Waiter> completed = new ArrayList<>();
        synchronized (this) {
            reachedOffset = Math.max(reachedOffset, offset);
            while (!waiters.isEmpty() && waiters.peek().endOffset <= reachedOffset) {
                completed.add(waiters.poll());
            }
        }
        completed.forEach(waiter -> waiter.done.complete(Optional.empty()));
    }

    /** Nothing will be reached any more (P15). */
    void end(LogFailure failure) {
        List<Waiter> ended;
        synchronized (this) {
            if (over == null) {
                over = failure;
            }
            ended = new ArrayList<>(waiters);
            waiters.clear();
        }
        ended.forEach(waiter -> waiter.done.complete(Optional.of(failure)));
    }

    /** Gives {@code failure} to all whose time is up. */
    void expire(long nowNanos, LogFailure failure) {
        List<Waiter> expired = new ArrayList<>();
        synchronized (this) {
            for (Iterator<Waiter> each = waiters.iterator(); each.hasNext(); ) {
                Waiter waiter = each.next();
                if (waiter.deadlineNanos - nowNanos <= 0) {
                    each.remove();
                    expired.add(waiter);
                }
            }
        }
        expired.forEach(waiter -> waiter.done.complete(Optional.of(failure)));
    }

    synchronized int size() {
        return waiters.size();
    }

    private synchronized long reachedOffset() {
        return reachedOffset;
    }

    private synchronized LogFailure over() {
        return over;
    }
}
