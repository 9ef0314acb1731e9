// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.produce;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;

/** Workers that a test can hold up. */
final class GatedExecutor implements Executor {
    private final Executor workers;
    private final Queue<Runnable> held = new ArrayDeque<>();
    private boolean closed;

    GatedExecutor(Executor workers) {
        this.workers = workers;
    }

    /** From now on tasks wait. */
    synchronized void shut() {
        closed = true;
    }

    synchronized void open() {
        closed = false;
        held.forEach(workers::execute);
        held.clear();
    }

    synchronized int heldTasks() {
        return held.size();
    }

    @Override
    public synchronized void execute(Runnable task) {
        if (closed) {
            held.add(task);
        } else {
            workers.execute(task);
        }
    }
}
