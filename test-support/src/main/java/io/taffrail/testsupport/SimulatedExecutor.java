// SPDX-License-Identifier: Apache-2.0
package io.taffrail.testsupport;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * A thread of a {@link SimulatedProcess}: runs its tasks one after the other, in the order in which
 * they came or came due. A task takes no time; a hand-over takes a moment that the seed decides, so
 * that the threads of a process overtake each other as real ones do. What waits for a future that
 * is not done waits for ever, and is told so by an exception.
 */
public final class SimulatedExecutor extends AbstractExecutorService
        implements ScheduledExecutorService {
    private final SimulatedProcess process;
    private final String name;
    private final Duration slowness;
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private boolean shutDown;

    SimulatedExecutor(SimulatedProcess process, String name) {
        this(process, name, Duration.ZERO);
    }

    SimulatedExecutor(SimulatedProcess process, String name, Duration slowness) {
        this.process = process;
        this.name = name;
        this.slowness = slowness;
    }

    @Override
    public void execute(Runnable task) {
        if (shutDown) {
            throw new RejectedExecutionException(name + " is shut down");
        }
        tasks.add(task);
        process.after(process.hopNanos() + slownessNanos(), this::runNext);
    }

    private long slownessNanos() {
        return (long) (slowness.toNanos() * process.scheduler().random().nextDouble());
    }

    /** One turn for each task: whatever the order of turns, that of the tasks is theirs. */
    private void runNext() {
        Runnable task = tasks.poll();
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            process.failed(e);
        }
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
        return begin(new SimulatedTask<>(this, command, 0), unit.toNanos(delay));
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
        return begin(new SimulatedTask<>(this, callable), unit.toNanos(delay));
    }

    /** As {@link #scheduleWithFixedDelay}: tasks take no time here. */
    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(
            Runnable command, long initialDelay, long period, TimeUnit unit) {
        return scheduleWithFixedDelay(command, initialDelay, period, unit);
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(
            Runnable command, long initialDelay, long delay, TimeUnit unit) {
        return begin(
                new SimulatedTask<>(this, command, unit.toNanos(delay)),
                unit.toNanos(initialDelay));
    }

    private <V> SimulatedTask<V> begin(SimulatedTask<V> task, long delayNanos) {
        if (shutDown) {
            throw new RejectedExecutionException(name + " is shut down");
        }
        comesDue(task, delayNanos);
        return task;
    }

    /** Joins the queue when its time has come. */
    void comesDue(SimulatedTask<?> task, long delayNanos) {
        task.dueNanos(nanoTime() + delayNanos);
        process.after(
                delayNanos,
                () -> {
                    if (!task.isCancelled() && !shutDown) {
                        execute(task);
                    }
                });
    }

    long nanoTime() {
        return process.scheduler().nanoTime();
    }

    void failed(Throwable failure) {
        process.failed(failure);
    }

    @Override
    public void shutdown() {
        shutDown = true;
    }

    @Override
    public List<Runnable> shutdownNow() {
        shutDown = true;
        return List.of();
    }

    @Override
    public boolean isShutdown() {
        return shutDown;
    }

    @Override
    public boolean isTerminated() {
        return shutDown;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return shutDown;
    }

    @Override
    public String toString() {
        return name;
    }
}
