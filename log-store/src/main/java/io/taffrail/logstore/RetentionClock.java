// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore;

import io.taffrail.model.Clock;
import java.time.Duration;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The time that retention judges age by (P16). A wall clock that jumped ahead would make everything
 * old at once: it may not run ahead of the monotonic clock by more than a minute since it was last
 * trusted; while it does, there is no time, and retention waits. A restart trusts the clock anew.
 * One for each node; safe for many threads.
 */
public final class RetentionClock {
    private static final Logger LOG = LoggerFactory.getLogger(RetentionClock.class);
    private static final long ALLOWED_LEAD_MS = Duration.ofMinutes(1).toMillis();

    private final Clock clock;
    private long trustedWallMs;
    private long trustedNanos;
    private boolean paused;

    public RetentionClock(Clock clock) {
        this.clock = clock;
        this.trustedWallMs = clock.wallMs();
        this.trustedNanos = clock.nanoTime();
    }

    /** Milliseconds since 1970; empty while the wall clock cannot be trusted. */
    public synchronized OptionalLong nowMs() {
        long wallMs = clock.wallMs();
        long nanos = clock.nanoTime();
        long expectedMs = trustedWallMs + (nanos - trustedNanos) / 1_000_000;
        long leadMs = wallMs - expectedMs;
        if (leadMs > ALLOWED_LEAD_MS) {
            if (!paused) {
                LOG.warn(
                        "retention by age pauses: the clock ran ahead by {} s. Set it right, or restart this node if it is"
                                + " right now",
                        leadMs / 1000);
            }
            paused = true;
            return OptionalLong.empty();
        }
        if (paused) {
            LOG.info("retention by age goes on: the clock is right again");
            paused = false;
        }
        trustedWallMs = wallMs;
        trustedNanos = nanos;
        return OptionalLong.of(wallMs);
    }
}
