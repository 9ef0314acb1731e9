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

/** The node's threads beside gRPC's event loops. */
final class NodeThreads implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NodeThreads.class);
    private static final int CPUS = Runtime.getRuntime().availableProcessors();

    private final ScheduledExecutorService timer = scheduled("timer");
    private final ScheduledExecutorService session = scheduled("session");
    private final ScheduledExecutorService metadata = scheduled("metadata-feed");
    private final ScheduledExecutorService upkeep = scheduled("upkeep");
    private final ExecutorService flushers = pool("flush", 16);
    private final ExecutorService workers = pool("worker", Math.max(2, CPUS));
    private final ExecutorService appenders = pool("append", Math.max(2, CPUS));
    private final ExecutorService readers = pool("reader", Math.max(4, 2 * CPUS));
    private final ExecutorService blocking = pool("blocking", Math.max(4, 2 * CPUS));

    NodeExecutors executors() {
        return new NodeExecutors(
                timer, session, metadata, upkeep, flushers, workers, appenders, readers, blocking);
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
                List.of(
                        session, metadata, upkeep, workers, appenders, readers, blocking, flushers,
                        timer);
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
