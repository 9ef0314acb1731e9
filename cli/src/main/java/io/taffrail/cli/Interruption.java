// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C, as a flag that long work looks at: while one of these is open, the process waits for the
 * work to end in order, but not for ever. It then exits as one that a signal ended, with 130.
 */
public final class Interruption implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread hook;
    private volatile boolean asked;

    private Interruption(Runnable wake) {
        hook = new Thread(() -> onSignal(wake), "interruption");
    }

    /** Listens; {@code wake} gets the work out of a wait, on another thread. */
    public static Interruption listen(Runnable wake) {
        Interruption interruption = new Interruption(wake);
        Runtime.getRuntime().addShutdownHook(interruption.hook);
        return interruption;
    }

    private void onSignal(Runnable wake) {
        asked = true;
        wake.run();
        try {
            boolean inTime = ended.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            if (!inTime) {
                System.err.println("taffrail: not waiting any longer for the work to end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether the work is to end. */
    public boolean asked() {
        return asked;
    }

    /** The work has ended, and all that it wrote is out. */
    @Override
    public void close() {
        ended.countDown();
        if (asked) {
            return;
        }
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            asked = true; // the signal came just now: the hook finds that all is done
        }
    }
}
