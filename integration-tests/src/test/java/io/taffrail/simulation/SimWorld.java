// SPDX-License-Identifier: Apache-2.0
package io.taffrail.simulation;

import io.taffrail.model.Clock;
import io.taffrail.simulation.network.SimNetwork;
import io.taffrail.testsupport.SimulatedScheduler;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** What all of a simulation shares: time, chance, the network, and what is told of the run. */
public final class SimWorld {
    private static final long START_MS = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();

    private final SimulatedScheduler scheduler;
    private final SimNetwork network;
    private final Random ids;
    private final List<String> trace = new ArrayList<>();
    private final List<Throwable> failures = new ArrayList<>();

    public SimWorld(long seed) {
        scheduler = new SimulatedScheduler(seed);
        network = new SimNetwork(scheduler);
        ids = new Random(~seed);
    }

    public SimulatedScheduler scheduler() {
        return scheduler;
    }

    public SimNetwork network() {
        return network;
    }

    public Random random() {
        return scheduler.random();
    }

    /** An id that nobody else has. */
    public UUID newId() {
        return new UUID(ids.nextLong(), ids.nextLong());
    }

    /** Goes into the history of this run. */
    public void note(String what) {
        Duration now = Duration.ofNanos(scheduler.nanoTime());
        trace.add("%d.%06d %s".formatted(now.toSeconds(), now.toNanosPart() / 1000, what));
    }

    /** What happened so far, a line for each. */
    public List<String> trace() {
        return trace;
    }

    /** Something that must never be. */
    public void failed(String who, Throwable failure) {
        note("FAILED " + who + ": " + failure);
        failures.add(failure);
    }

    public List<Throwable> failures() {
        return failures;
    }

    /** The clocks of one machine; its wall clock may be set. */
    public final class MachineClock implements Clock {
        private long stepMs;

        /** Sets the wall clock forward or back; no time passes. */
        public void step(Duration by) {
            stepMs += by.toMillis();
        }

        @Override
        public long wallMs() {
            return START_MS + stepMs + TimeUnit.NANOSECONDS.toMillis(scheduler.nanoTime());
        }

        @Override
        public long nanoTime() {
            return scheduler.nanoTime();
        }
    }
}
