// SPDX-License-Identifier: Apache-2.0
package io.taffrail.benchmark;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How much is measured.
 *
 * @param directory on the disk that is measured
 * @param sliceBytes written in one go where the page cache is meant to take it all
 * @param logBytes of a log that is recovered, compacted or read
 * @param slice how long one go of flushing lasts
 * @param forceDelay what the slower of the two disks adds to each fsync
 */
record Settings(
        Path directory,
        Comparison comparison,
        long sliceBytes,
        int logBytes,
        Duration slice,
        Duration forceDelay) {
    static final double MEGABYTE = 1e6;

    static double megabytesPerSecond(long bytes, long beganNanos) {
        return bytes / MEGABYTE / seconds(beganNanos);
    }

    static double seconds(long beganNanos) {
        return (System.nanoTime() - beganNanos) / 1e9;
    }
}
