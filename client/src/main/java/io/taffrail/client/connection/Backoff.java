// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.connection;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** How long to wait before the next attempt: longer each time, and not all clients alike. */
public final class Backoff {
    private static final Duration FIRST = Duration.ofMillis(20);
    private static final int MOST_DOUBLINGS = 4; // 320 ms

    private int failures;

    /** To be called after something went well. */
    public void reset() {
        failures = 0;
    }

    /** The delay after one more failure. Zero at first if there is somewhere to go. */
    public Duration after(Failure failure) {
        boolean atOnce = failures == 0 && failure.isMove();
        Duration delay = atOnce ? Duration.ZERO : grown();
        failures++;
        Duration wished = failure.wishedDelay();
        return delay.compareTo(wished) < 0 ? wished : delay;
    }

    private Duration grown() {
        long nanos = FIRST.toNanos() << Math.min(failures, MOST_DOUBLINGS);
        return Duration.ofNanos(nanos / 2 + ThreadLocalRandom.current().nextLong(nanos));
    }
}
