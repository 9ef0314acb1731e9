// SPDX-License-Identifier: Apache-2.0
package io.taffrail.testsupport;

import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** A task that comes due on a {@link SimulatedExecutor}, once or again and again. */
final class SimulatedTask<V> extends FutureTask<V> implements ScheduledFuture<V> {
    private final SimulatedExecutor executor;
    private final long periodNanos; // 0: once
    private long dueNanos;

    SimulatedTask(SimulatedExecutor executor, Runnable task, long periodNanos) {
        super(task, null);
        this.executor = executor;
        this.periodNanos = periodNanos;
    }

    SimulatedTask(SimulatedExecutor executor, Callable<V> task) {
        super(task);
        this.executor = executor;
        this.periodNanos = 0;
    }

    void dueNanos(long at) {
        dueNanos = at;
    }

    @Override
    public void run() {
        if (periodNanos == 0) {
            super.run();
        } else if (runAndReset()) {
            executor.comesDue(this, periodNanos);
        }
    }

    /** A thread that nobody asks for what it threw would keep it to itself. */
    @Override
    protected void setException(Throwable failure) {
        executor.failed(failure);
        super.setException(failure);
    }

    @Override
    public V get() throws InterruptedException, ExecutionException {
        requireDone();
        return super.get();
    }

    @Override
    public V get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException {
        return get();
    }

    private void requireDone() {
        if (!isDone()) {
            throw new IllegalStateException("the only thread there is would wait for itself");
        }
    }

    @Override
    public long getDelay(TimeUnit unit) {
        return unit.convert(dueNanos - executor.nanoTime(), TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
        return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
    }
}
