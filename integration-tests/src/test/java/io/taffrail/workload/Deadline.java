// SPDX-License-Identifier: Apache-2.0
package io.taffrail.workload;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** A time by which something must have happened. Generous: what runs beside a test slows it. */
public final class Deadline {
    private static final Duration USUAL = Duration.ofSeconds(90);

    private Deadline() {}

    /** Waits until it is so. */
    public static void await(String what, Callable<Boolean> condition) throws Exception {
        await(what, USUAL, condition);
    }

    /** Waits until it is so, for {@code most} at most. */
    public static void await(String what, Duration most, Callable<Boolean> condition)
            throws Exception {
        if (!isMet(most, condition)) {
            throw new AssertionError("not within " + most + ": " + what);
        }
    }

    /** Waits until it is so; returns whether it is. */
    public static boolean isMet(Callable<Boolean> condition) throws Exception {
        return isMet(USUAL, condition);
    }

    /** Waits until it is so, for {@code most} at most; returns whether it is. */
    public static boolean isMet(Duration most, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + most.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() > end) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
        return true;
    }

    /** Waits for the end of a thread. */
    public static void join(Thread thread) {
        try {
            thread.join(USUAL.toMillis() * 2);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        if (thread.isAlive()) {
            throw new AssertionError("thread " + thread.getName() + " does not end");
        }
    }
}
