// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.node;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node's threads beside gRPC's event loops, each pool for one kind of work, so that what waits
 * for the disk holds up nothing else.
 */
final class NodeThreads implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NodeThreads.class);
    private static final int CPUS = Runtime.getRuntime().availableProcessors();

    /** Short tasks at a given time; never blocks. */
    private final ScheduledExecutorService timer = scheduled("timer");

    /** The session with the controller alone. */
    private final ScheduledExecutorService session = scheduled("session");

    /** Retention, compaction, scrub. */
    private final ScheduledExecutorService upkeep = scheduled("upkeep");

    /** Rounds of fsync: they wait for the disk, and many logs may do so at a time. */
    private final ExecutorService flushers = pool("flush", 16);

    /** What takes CPU: large and compressed batches. */
    private final ExecutorService workers = pool("worker", Math.max(2, CPUS));

    /** Reads of what is not in memory, decoding for readers. */
    private final ExecutorService readers = pool("reader", Math.max(4, 2 * CPUS));

    /** What waits for the disk otherwise: opening and closing logs, deleting records. */
    private final ExecutorService blocking = pool("blocking", Math.max(4, 2 * CPUS));

    ScheduledExecutorService timer() {
        return timer;
    }

    ScheduledExecutorService session() {
        return session;
    }

    ScheduledExecutorService upkeep() {
        return upkeep;
    }

    ExecutorService flushers() {
        return flushers;
    }

    ExecutorService workers() {
        return workers;
    }

    ExecutorService readers() {
        return readers;
    }

    ExecutorService blocking() {
        return blocking;
    }

    private static ThreadFactory named(String name) {
        return new ThreadFactoryBuilder().setNameFormat(name + "-%d").setDaemon(true).build();
    }

    private static ScheduledExecutorService scheduled(String name) {
        ScheduledThreadPoolExecutor executor =
                new ScheduledThreadPoolExecutor(1, named(name)) {
                    @Override
                    protected void afterExecute(Runnable task, Throwable thrown) {
                        super.afterExecute(task, thrown);
                        sayWhatFailed(task);
                    }
                };
        executor.setRemoveOnCancelPolicy(true);
        return executor;
    }

    /** A scheduled executor keeps what a task threw in a future that nobody looks at. */
    private static void sayWhatFailed(Runnable task) {
        if (task instanceof Future<?> future && future.isDone() && !future.isCancelled()) {
            try {
                future.get();
            } catch (ExecutionException e) {
                LOG.error("a task failed on {}", Thread.currentThread().getName(), e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Grows to {@code threads}, and shrinks when there is nothing to do. */
    private static ExecutorService pool(String name, int threads) {
        ThreadPoolExecutor executor =
                new ThreadPoolExecutor(
                        threads,
                        threads,
                        10,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        named(name));
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }

    /** Lets what runs come to its end, for a while; what is scheduled is dropped. */
    @Override
    public void close() {
        List<ExecutorService> all =
                List.of(session, upkeep, workers, readers, blocking, flushers, timer);
        all.forEach(ExecutorService::shutdown);
        for (ExecutorService executor : all) {
            try {
                executor.awaitTermination(2, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
