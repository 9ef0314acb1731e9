// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.produce;

import io.taffrail.model.Clock;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The producer's own thread: tasks run one at a time, in order. */
final class ProducerTurn {
    private static final Logger LOG = LoggerFactory.getLogger(ProducerTurn.class);

    private final ScheduledThreadPoolExecutor thread;
    private final Clock clock;
    private final Consumer<RuntimeException> onBug;

    /**
     * @param onBug told what a task threw that must not throw
     */
    ProducerTurn(Clock clock, Consumer<RuntimeException> onBug) {
        this.clock = clock;
        this.onBug = onBug;
        this.thread = new ScheduledThreadPoolExecutor(1, ProducerTurn::newThread);
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    private static Thread newThread(Runnable work) {
        Thread thread = new Thread(work, "taffrail-producer");
        thread.setDaemon(true);
        return thread;
    }

    long nowNanos() {
        return clock.nanoTime();
    }

    /** Runs a task after those before it. Dropped once the producer is closed. */
    void execute(Runnable task) {
        later(Duration.ZERO, task);
    }

    /** Runs a task after a while. Dropped once the producer is closed. */
    void later(Duration delay, Runnable task) {
        try {
            var unused = thread.schedule(() -> run(task), delay.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("the producer is closed: a task is dropped");
        }
    }

    private void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.error("the producer cannot go on", e);
            onBug.accept(e);
        }
    }

    /** Ends the thread after what it does now. */
    void stop() {
        thread.shutdown();
    }
}
