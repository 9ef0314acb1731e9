// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller;

import io.taffrail.controller.service.ControllerExecutors;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A controller's threads beside Raft's own. */
final class ControllerThreads implements AutoCloseable {
    private static final long CLOSE_SECONDS = 5;
    private static final int PROBES_AT_ONCE = 4; // hosts that do not answer keep one busy each

    private final ScheduledExecutorService loop =
            Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "controller"));
    private final ExecutorService feed =
            Executors.newSingleThreadExecutor(task -> daemon(task, "metadata-feed"));
    private final ExecutorService probes =
            Executors.newFixedThreadPool(PROBES_AT_ONCE, task -> daemon(task, "controller-probe"));

    private final ScheduledExecutorService starter =
            Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "controller-start"));

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    ControllerExecutors executors() {
        return new ControllerExecutors(loop, feed, probes);
    }

    /** Forms the group, starts and stops Raft; may block. */
    ScheduledExecutorService starter() {
        return starter;
    }

    /** What is under way comes to its end, for a while. */
    @Override
    public void close() {
        probes.shutdownNow();
        for (ExecutorService executor : List.of(starter, loop, feed)) {
            stop(executor);
        }
    }

    private static void stop(ExecutorService executor) {
        executor.shutdown();
        try {
            if (!executor.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                executor.shutdownNow();
            }
        } catch (InterruptedException e) {
            executor.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
