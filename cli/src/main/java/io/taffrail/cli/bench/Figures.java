// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import org.HdrHistogram.Histogram;

/**
 * What a benchmark has measured.
 *
 * @param benchmark its name
 * @param setup its options, for people
 * @param bytes of values
 * @param latencies by name, in microseconds
 * @param serverCpuSeconds that the server has used; empty: not asked for
 */
record Figures(
        String benchmark,
        String setup,
        long records,
        long bytes,
        long nanos,
        Map<String, Histogram> latencies,
        OptionalDouble serverCpuSeconds) {
    Figures {
        latencies = new LinkedHashMap<>(latencies);
    }

    double seconds() {
        return nanos / 1e9;
    }

    double megabytesPerSecond() {
        return bytes / 1e6 / seconds();
    }

    double recordsPerSecond() {
        return records / seconds();
    }

    /** Empty also if there were no bytes. */
    OptionalDouble serverCpuSecondsPerGigabyte() {
        return serverCpuSeconds.isPresent() && bytes > 0
                ? OptionalDouble.of(serverCpuSeconds.getAsDouble() / (bytes / 1e9))
                : OptionalDouble.empty();
    }
}
