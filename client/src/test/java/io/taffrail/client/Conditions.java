// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client;

import java.util.function.BooleanSupplier;

/** Waiting for what other threads do, with a deadline that a loaded machine keeps too. */
final class Conditions {
    private static final long DEADLINE_MS = 60_000;

    private Conditions() {}

    static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + DEADLINE_MS * 1_000_000;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("waited in vain for: " + what);
            }
            Thread.onSpinWait();
            try {
                Thread.sleep(2);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
