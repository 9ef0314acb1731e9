// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.node;

/**
 * Work that is done once: when this is closed, or when the process ends before that, by Ctrl-C too.
 */
public final class AtExit implements AutoCloseable {
    private final Runnable work;
    private final Thread hook = new Thread(this::run, "at-exit");
    private boolean done;

    private AtExit(Runnable work) {
        this.work = work;
    }

    public static AtExit run(Runnable work) {
        AtExit atExit = new AtExit(work);
        Runtime.getRuntime().addShutdownHook(atExit.hook);
        return atExit;
    }

    private synchronized void run() {
        if (!done) {
            done = true;
            work.run();
        }
    }

    /** Does the work, or waits until it is done. */
    @Override
    public void close() {
        run();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // the process is ending, and the hook finds nothing left to do
        }
    }
}
