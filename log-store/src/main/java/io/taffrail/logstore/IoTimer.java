// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore;

import io.taffrail.model.Clock;
import java.time.Duration;

/**
 * How long the operation at hand has been running. One thread begins and ends it; any thread looks.
 */
final class IoTimer {
    private final Clock clock;
    private volatile long beganNanos;
    private volatile boolean running;

    IoTimer(Clock clock) {
        this.clock = clock;
    }

    void begin() {
        beganNanos = clock.nanoTime();
        running = true;
    }

    void end() {
        running = false;
    }

    Duration outstanding() {
        long began = beganNanos;
        return running ? Duration.ofNanos(Math.max(0, clock.nanoTime() - began)) : Duration.ZERO;
    }
}
