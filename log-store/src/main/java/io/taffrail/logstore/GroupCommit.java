// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore;

import io.taffrail.model.Clock;
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
 * nobody is kept working for others. A round that follows one for several appenders waits a moment
 * for them to be back ({@link RoundGathering}).
 *
 * <p>After the first failure nothing is forced any more, and everybody is told (P18).
 */
final class GroupCommit {
    /** What a round does: forces, and returns the offset below which all is durable now. */
    interface Round {
        long run() throws IOException;
    }

    /** Something to be done while no round runs. */
    interface Exclusive {
        void run() throws IOException;
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
    private final Clock clock;
    private final RoundGathering gathering; // only whoever runs

    private final Object lock = new Object();
    private final PriorityQueue<Waiter> waiters =
            new PriorityQueue<>((a, b) -> Long.compare(a.endOffset, b.endOffset));
    private volatile int waiting; // how many waiters there are, to be read without the lock
    private boolean running;
    private boolean scheduled; // the executor was asked for rounds, and has not begun them
    private IOException failure;
    private volatile long durableEndOffset;

    GroupCommit(
            Executor executor, Round round, Outcome outcome, Clock clock, long durableEndOffset) {
        this.executor = executor;
        this.round = round;
        this.outcome = outcome;
        this.clock = clock;
        this.gathering = new RoundGathering(clock);
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
            enqueue(new Waiter(endOffset, done));
            begin = mustSchedule();
        }
        if (begin) {
            executor.execute(this::runScheduled);
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
                enqueue(new Waiter(endOffset, done));
            }
            begin = !running && !done.isDone();
            running |= begin;
        }
        if (begin && runRound()) {
            executor.execute(this::runRounds);
        }
        join(done);
    }

    /** With the lock: whether the executor has to be asked for the rounds that are wanted. */
    private boolean mustSchedule() {
        boolean must = !running && !scheduled && !waiters.isEmpty();
        scheduled |= must;
        return must;
    }

    /** Nothing counts as running before this, so that a cut need not wait for a thread. */
    private void runScheduled() {
        synchronized (lock) {
            scheduled = false;
            if (running || waiters.isEmpty()) {
                return; // whoever runs sees to those who wait
            }
            running = true;
        }
        runRounds();
    }

    private void enqueue(Waiter waiter) {
        waiters.add(waiter);
        waiting = waiters.size();
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
        gathering.gather(() -> waiting);
        IOException failed = null;
        long end = 0;
        long beganNanos = clock.nanoTime();
        try {
            end = round.run();
        } catch (IOException e) {
            failed = e;
        } catch (RuntimeException e) { // a bug: who waits must not wait for ever
            failed = new IOException("a round of fsync did not come to its end: " + e, e);
        }
        long tookNanos = clock.nanoTime() - beganNanos;
        List<Waiter> served = new ArrayList<>();
        boolean others;
        synchronized (lock) {
            if (failed == null) {
                durableEndOffset = end;
                served.addAll(takeServed(end));
            } else {
                failure = failed;
                served.addAll(takeAll());
            }
            gathering.noteRound(tookNanos, served.size() + waiters.size());
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

    /** Runs {@code action} while no round runs. */
    void exclusively(Exclusive action) throws IOException {
        beginExclusive();
        try {
            action.run();
        } finally {
            if (endExclusive()) {
                executor.execute(this::runScheduled);
            }
        }
    }

    private void beginExclusive() {
        boolean interrupted = false;
        synchronized (lock) {
            while (running) {
                try {
                    lock.wait();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            running = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** True if somebody waits whom nobody sees to: the caller has to. */
    private boolean endExclusive() {
        synchronized (lock) {
            running = false;
            lock.notifyAll();
            return mustSchedule();
        }
    }

    /** Within {@link #exclusively}: all below {@code endOffset} was forced by other means. */
    void forced(long endOffset) {
        List<Waiter> served;
        synchronized (lock) {
            durableEndOffset = endOffset;
            served = takeServed(endOffset);
        }
        served.forEach(waiter -> waiter.done.complete(null));
    }

    /**
     * Within {@link #exclusively}: the log ends at {@code endOffset}, and all of it was forced. Who
     * waits for more is told that it will not come, for what is appended there later is something
     * else.
     */
    void cutTo(long endOffset) {
        forced(endOffset);
        fail(new IOException("the log was cut at offset " + endOffset), false);
    }

    /** Everybody who waits, and who comes from now on, is told that it will not be. */
    void fail(IOException cause) {
        fail(cause, true);
    }

    private void fail(IOException cause, boolean forGood) {
        List<Waiter> told;
        synchronized (lock) {
            if (forGood && failure == null) {
                failure = cause;
            }
            told = takeAll();
        }
        told.forEach(waiter -> waiter.done.completeExceptionally(cause));
    }

    private List<Waiter> takeServed(long endOffset) {
        List<Waiter> served = new ArrayList<>();
        while (!waiters.isEmpty() && waiters.peek().endOffset <= endOffset) {
            served.add(waiters.poll());
        }
        waiting = waiters.size();
        return served;
    }

    private List<Waiter> takeAll() {
        List<Waiter> all = new ArrayList<>(waiters);
        waiters.clear();
        waiting = 0;
        return all;
    }
}
