// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.fetch;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.internal.ThreadExecutorMap;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the state of a stream is touched: on one thread at a time. All streams of an event loop
 * share one, and what any number of other threads bring in one turn of the loop is run by one task
 * of it. Away from event loops a stream has its own turn on an ordinary executor.
 */
public final class StreamThread implements Executor {
    private static final Logger LOG = LoggerFactory.getLogger(StreamThread.class);

    /** Then the event loop reads and writes before it goes on here. */
    private static final int MAX_TASKS_PER_TURN = 4096;

    private static final FastThreadLocal<StreamThread> OF_LOOP = new FastThreadLocal<>();

    private final Executor executor;
    private final EventExecutor loop; // null: not an event loop
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();

    private StreamThread(Executor executor, EventExecutor loop) {
        this.executor = executor;
        this.loop = loop;
    }

    /** That of the event loop that this thread is; a new one on {@code otherwise} if it is none. */
    public static StreamThread current(Executor otherwise) {
        EventExecutor loop = ThreadExecutorMap.currentExecutor();
        if (loop == null) {
            return on(otherwise);
        }
        StreamThread present = OF_LOOP.get();
        if (present == null) {
            present = new StreamThread(loop, loop);
            OF_LOOP.set(present);
        }
        return present;
    }

    /** One that takes its turns on {@code executor}. */
    public static StreamThread on(Executor executor) {
        return new StreamThread(executor, null);
    }

    /** Runs it here if this is the thread, else in turn. For what gRPC calls. */
    public void run(Runnable task) {
        if (loop != null && loop.inEventLoop()) {
            task.run();
        } else {
            execute(task);
        }
    }

    /** Runs it later, in turn. From any thread. */
    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        schedule();
    }

    private void schedule() {
        if (!scheduled.compareAndSet(false, true)) {
            return;
        }
        try {
            executor.execute(this::runAll);
        } catch (RejectedExecutionException e) {
            runAll(); // the executor has ended: nobody else runs here, and buffers must be released
        }
    }

    private void runAll() {
        for (int i = 0; i < MAX_TASKS_PER_TURN; i++) {
            Runnable task = tasks.poll();
            if (task == null) {
                break;
            }
            try {
                task.run();
            } catch (RuntimeException e) {
                LOG.error("a task of a stream failed", e);
            }
        }
        scheduled.set(false);
        if (!tasks.isEmpty()) {
            schedule();
        }
    }
}
