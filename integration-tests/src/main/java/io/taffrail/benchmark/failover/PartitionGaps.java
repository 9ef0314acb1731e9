// SPDX-License-Identifier: Apache-2.0
package io.taffrail.benchmark.failover;

import java.time.Duration;

/** The times between answers of one partition. For any thread. */
final class PartitionGaps {
    private boolean answered;
    private long lastNanos;
    private long longestNanos;

    synchronized void answered(long nowNanos) {
        if (answered) {
            longestNanos = Math.max(longestNanos, nowNanos - lastNanos);
        }
        answered = true;
        lastNanos = nowNanos;
    }

    synchronized void forget() {
        longestNanos = 0;
    }

    synchronized Duration longest() {
        return Duration.ofNanos(longestNanos);
    }
}
