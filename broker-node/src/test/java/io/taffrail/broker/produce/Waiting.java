// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.produce;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what happens on other threads. */
final class Waiting {
    private static final Duration AT_MOST = Duration.ofSeconds(30);

    private Waiting() {}

    static void until(BooleanSupplier condition) {
        long endNanos = System.nanoTime() + AT_MOST.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - endNanos > 0) {
                throw new AssertionError("it did not come true within " + AT_MOST);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }
}
