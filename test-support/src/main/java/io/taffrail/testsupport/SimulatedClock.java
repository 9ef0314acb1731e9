// SPDX-License-Identifier: Apache-2.0
package io.taffrail.testsupport;

import io.taffrail.model.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** A clock that stands still until a test moves it. Safe for use by many threads. */
public final class SimulatedClock implements Clock {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private long wallNanos;
    private long nanoTime;

    /** Starts on 1 January 2026. */
    public SimulatedClock() {
        this(START.toEpochMilli());
    }

    public SimulatedClock(long wallMs) {
        this.wallNanos = TimeUnit.MILLISECONDS.toNanos(wallMs);
    }

    @Override
    public synchronized long wallMs() {
        return Math.floorDiv(wallNanos, TimeUnit.MILLISECONDS.toNanos(1));
    }

    @Override
    public synchronized long nanoTime() {
        return nanoTime;
    }

    /** Lets time pass on both clocks. */
    public synchronized void advance(Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException("time does not run backwards: " + time);
        }
        wallNanos += time.toNanos();
        nanoTime += time.toNanos();
    }

    /** Sets the wall clock forward or back, as an operator or NTP does; no time passes. */
    public synchronized void stepWall(Duration step) {
        wallNanos += step.toNanos();
    }

    @Override
    public synchronized String toString() {
        return "SimulatedClock[" + Instant.ofEpochMilli(wallMs()) + ", nanoTime=" + nanoTime + "]";
    }
}
