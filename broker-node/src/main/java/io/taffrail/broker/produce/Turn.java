// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.produce;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Runs tasks one after the other, in the order they came, on the threads that bring them: one that
 * comes while another runs leaves its task to that one. So what only tasks touch needs no lock, and
 * no thread waits for another.
 *
 * <p>A thread that came with one task is not kept for ever: after {@value #MAX_TASKS} a worker goes
 * on in its place, since it may be one that others wait for (an event loop, or the thread of an
 * fsync).
 */
final class Turn {
    private static final int MAX_TASKS = 64;

    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicInteger pending = new AtomicInteger();
    private final Executor relief;
    private final Runnable atRest;
    private final Consumer<RuntimeException> onBug;

    /**
     * Begins without tasks.
     *
     * @param relief goes on when a thread has done enough for others
     * @param atRest runs when no task is left, and now and then while there are always more
     * @param onBug is given what a task threw; the next task runs all the same
     */
    Turn(Executor relief, Runnable atRest, Consumer<RuntimeException> onBug) {
        this.relief = relief;
        this.atRest = atRest;
        this.onBug = onBug;
    }

    /** Runs {@code task} now, or has it run by whoever has the turn. */
    void run(Runnable task) {
        tasks.add(task);
        if (pending.getAndIncrement() == 0) {
            goOn();
        }
    }

    private void goOn() {
        int done = 0;
        while (true) {
            guarded(tasks.poll());
            done++;
            if (pending.get() == 1 || done >= MAX_TASKS) {
                guarded(atRest);
            }
            if (pending.decrementAndGet() == 0) {
                return;
            }
            if (done >= MAX_TASKS && handedOver()) {
                return;
            }
        }
    }

    private boolean handedOver() {
        try {
            relief.execute(this::goOn);
            return true;
        } catch (RejectedExecutionException e) {
            return false; // the broker stops: there is nobody else to do it
        }
    }

    private void guarded(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            onBug.accept(e);
        }
    }
}
