// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.fetch;

import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * What one stream does on its thread: nothing is run any more once the stream is over, and a task
 * that fails is the stream's affair alone.
 */
public final class StreamTasks {
    private final StreamThread thread;
    private final BooleanSupplier over;
    private final Consumer<RuntimeException> failed;

    /**
     * @param over asked on the thread, before each task
     * @param failed told there what a task threw
     */
    public StreamTasks(
            StreamThread thread, BooleanSupplier over, Consumer<RuntimeException> failed) {
        this.thread = thread;
        this.over = over;
        this.failed = failed;
    }

    /** Runs it here if this is the thread, else in turn. For what gRPC calls. */
    public void now(Runnable task) {
        thread.run(() -> runUnlessOver(task, () -> {}));
    }

    /** Runs it in turn; if the stream is over by then, runs {@code otherwise}. From any thread. */
    public void laterOr(Runnable task, Runnable otherwise) {
        thread.execute(() -> runUnlessOver(task, otherwise));
    }

    private void runUnlessOver(Runnable task, Runnable otherwise) {
        if (over.getAsBoolean()) {
            otherwise.run();
            return;
        }
        try {
            task.run();
        } catch (RuntimeException e) {
            failed.accept(e);
        }
    }
}
