// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.bench;

import java.time.Duration;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** Latencies in microseconds, recorded by any threads. */
final class Latency {
    private static final long LONGEST_MICROS = Duration.ofMinutes(10).toMillis() * 1000;

    private final Histogram micros = new ConcurrentHistogram(1, LONGEST_MICROS, 3);

    /** Records what lies between {@code fromNanos}, of {@link System#nanoTime}, and now. */
    void recordSince(long fromNanos) {
        long passed = (System.nanoTime() - fromNanos) / 1000;
        micros.recordValue(Math.min(Math.max(passed, 1), LONGEST_MICROS));
    }

    /** When nobody records any more. */
    Histogram histogram() {
        return micros;
    }
}
