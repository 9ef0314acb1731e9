// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication.stream;

import java.time.Duration;
import java.util.Random;

/** Longer pauses after each failure, of a random length, so that not all come at once. */
final class BackOff {
    private final Random random;
    private final long firstMs;
    private final long longestMs;
    private int failures;

    BackOff(Random random, Duration first, Duration longest) {
        this.random = random;
        this.firstMs = first.toMillis();
        this.longestMs = longest.toMillis();
    }

    /** How long to wait now: between half and one and a half times what doubles each time. */
    Duration next() {
        long pauseMs = Math.min(longestMs, firstMs << Math.min(failures, 20));
        failures++;
        return Duration.ofMillis(pauseMs / 2 + random.nextInt((int) pauseMs + 1));
    }

    /** It worked. */
    void reset() {
        failures = 0;
    }
}
