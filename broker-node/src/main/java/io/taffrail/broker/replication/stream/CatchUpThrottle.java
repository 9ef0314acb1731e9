// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication.stream;

import io.taffrail.model.Clock;
import java.util.concurrent.TimeUnit;

/**
 * How fast all replicas of this broker that catch up may do so together: a bucket of bytes, out of
 * which credit is granted to leaders. Can be changed at any time. Safe for any thread.
 */
public final class CatchUpThrottle {
    /** No limit. */
    public static final long UNLIMITED = Long.MAX_VALUE;

    private static final int BURSTS_PER_SECOND = 4;

    /** Less than this at a time would make for runs of single entries. */
    private static final long MIN_GRANT_BYTES = 64 << 10;

    private final Clock clock;
    private long bytesPerSecond;
    private long bytes;
    private long filledNanos;

    /** With an empty bucket. */
    public CatchUpThrottle(Clock clock, long bytesPerSecond) {
        this.clock = clock;
        this.filledNanos = clock.nanoTime();
        setBytesPerSecond(bytesPerSecond);
    }

    /**
     * Changes the limit, at once.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public synchronized void setBytesPerSecond(long limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("catching up at " + limit + " bytes per second");
        }
        bytesPerSecond = limit;
        bytes = Math.min(bytes, burstBytes());
    }

    /**
     * Takes up to {@code wantedBytes}, and leaves something for others who ask; nothing if it would
     * be little.
     */
    synchronized long take(long wantedBytes) {
        if (bytesPerSecond == UNLIMITED) {
            return wantedBytes;
        }
        fill();
        long taken = Math.min(wantedBytes, (bytes + 1) / 2);
        if (taken < Math.min(wantedBytes, Math.min(MIN_GRANT_BYTES, (burstBytes() + 1) / 2))) {
            return 0;
        }
        bytes -= taken;
        return taken;
    }

    private void fill() {
        long now = clock.nanoTime();
        double seconds = (now - filledNanos) / (double) TimeUnit.SECONDS.toNanos(1);
        double added = Math.min(seconds * (double) bytesPerSecond, (double) burstBytes());
        if (added >= 1) {
            bytes = Math.min(bytes + (long) added, burstBytes());
            filledNanos = now;
        }
    }

    private long burstBytes() {
        return Math.max(1, bytesPerSecond / BURSTS_PER_SECOND);
    }
}
