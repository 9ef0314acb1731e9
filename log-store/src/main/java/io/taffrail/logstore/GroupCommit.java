// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore;

import static io.taffrail.model.Invariants.check;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;

/**
 * One fsync for all who wait. A round forces whatever had been appended when it began, and
 * completes everybody whose offset it covered; who comes meanwhile is served by the next. Rounds
 * never overlap, and appends never wait for one.
 *
 * <p>A caller that waits, and finds no round running, runs it itself: a lone appender pays no
 * hand-over between threads. When others wait at its end, the executor's thread goes on, so that
 * nobody is kept working for others.
 *
 * <p>After the first failure nothing is forced any more, and everybody is told (P18).
 */
final class GroupCommit {
    /** What a round does: forces, and returns the offset below which all is durable now. */
    interface Round {
        long run() throws IOException;
    }

    /** Something to be done while no round runs; returns the durable end offset after it. */
    interface Exclusive {
        long run() throws IOException;
    }

    /** Told, outside of all locks, what came of a round. */
    interface Outcome {
        void durable(long endOffset);

        void failed(IOException cause);
    }

    private record Waiter(long endOffset, CompletableFuture<Void> done) {}

    private final Executor executor;
    private final Round round;
    private final Outcome outcome;

    private final Object lock = new Object();
    private final PriorityQueue<Waiter> waiters =
            new PriorityQueue<>((a, b) -> Long.compare(a.endOffset, b.endOffset));
    private boolean running;
    private IOException failure;
    private volatile long durableEndOffset;

    GroupCommit(Executor executor, Round round, Outcome outcome, long durableEndOffset) {
        this.executor = executor;
        this.round = round;
        this.outcome = outcome;
        this.durableEndOffset = durableEndOffset;
    }

    /** All below this is durable. */
    long durableEndOffset() {
        return durableEndOffset;
    }

    /** Completes when all below {@code endOffset} is durable; fails if that will not come. */
    CompletableFuture<Void> whenDurable(long endOffset) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        boolean begin;
        synchronized (lock) {
            if (settledAtOnce(endOffset, done)) {
                return done;
            }
            waiters.add(new Waiter(endOffset, done));
            begin = !running;
            running = true;
        }
        if (begin) {
            executor.execute(this::runRounds);
        }
        return done;
    }

    /**
     * Returns when all below {@code endOffset} is durable.
     *
     * @throws IOException if that will not come
     */
    void awaitDurable(long endOffset) throws IOException {
        CompletableFuture<Void> done = new CompletableFuture<>();
        boolean begin;
        synchronized (lock) {
            if (!settledAtOnce(endOffset, done)) {
                waiters.add(new Waiter(endOffset, done));
            }
            begin = !running && !done.isDone();
            running |= begin;
        }
        if (begin && runRound()) {
            executor.execute(this::runRounds);
        }
        join(done);
    }

    private boolean settledAtOnce(long endOffset, CompletableFuture<Void> done) {
        if (durableEndOffset >= endOffset) {
            done.complete(null);
        } else if (failure != null) {
            done.completeExceptionally(failure);
        }
        return done.isDone();
    }

    private static void join(Future<Void> done) throws IOException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    done.get();
                    return;
                } catch (InterruptedException e) {
                    interrupted = true; // the write is on its way: its fate is worth waiting for
                } catch (ExecutionException e) {
                    throw new IOException(e.getCause().getMessage(), e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void runRounds() {
        while (runRound()) {
            // there are others
        }
    }

    /**
     * Runs one round; true if somebody still waits, and the caller, who is then still the one who
     * runs, has to see to it.
     */
    private boolean runRound() {
        IOException failed = null;
        long end = 0;
        try {
            end = round.run();
        } catch (IOException e) {
            failed = e;
        }
        List<Waiter> served = new ArrayList<>();
        boolean others;
        synchronized (lock) {
            if (failed == null) {
                durableEndOffset = end;
                while (!waiters.isEmpty() && waiters.peek().endOffset <= end) {
                    served.add(waiters.poll());
                }
            } else {
                failure = failed;
                served.addAll(waiters);
                waiters.clear();
            }
            others = !waiters.isEmpty();
            running = others;
            lock.notifyAll();
        }
        if (failed == null) {
            outcome.durable(end);
            served.forEach(waiter -> waiter.done.complete(null));
        } else {
            outcome.failed(failed);
            IOException cause = failed;
            served.forEach(waiter -> waiter.done.completeExceptionally(cause));
        }
        return others;
    }

    /** Everybody who waits, and who comes from now on, is told that it will not be. */
    void fail(IOException cause) {
        List<Waiter> served;
        synchronized (lock) {
            failure = failure == null ? cause : failure;
            served = new ArrayList<>(waiters);
            waiters.clear();
        }
        served.forEach(waiter -> waiter.done.completeExceptionally(cause));
    }

    /**
     * Runs {@code action} while no round runs; who waits for more than there is afterwards is told
     * that it will not come.
     */
    void exclusively(Exclusive action) throws IOException {
        synchronized (lock) {
            boolean interrupted = false;
            while (running) {
                try {
                    lock.wait();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            running = true;
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        boolean again = false;
        try {
            long end = action.run();
            check(end >= 0, "the durable end offset is %d", end);
            durableEndOffset = end;
        } finally {
            synchronized (lock) {
                again = !waiters.isEmpty();
                running = again;
                lock.notifyAll();
            }
        }
        if (again) {
            executor.execute(this::runRounds);
        }
    }
}
