// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits for what happens on other threads. */
final class Eventually {
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    private Eventually() {}

    static void until(String what, BooleanSupplier holds) throws InterruptedException {
        long end = System.nanoTime() + DEADLINE.toNanos();
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("not within " + DEADLINE + ": " + what);
            }
            Thread.sleep(2);
        }
    }
}
