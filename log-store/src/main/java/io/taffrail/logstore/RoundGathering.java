// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore;

import io.taffrail.model.Clock;
import java.time.Duration;
import java.util.function.IntSupplier;

/**
 * The moment that a round of {@link GroupCommit} waits, before it begins, for those whom the round
 * before served: they are often about to append again. Without it the first of them to be back has
 * a round to itself and all the others miss it: two fsyncs where one would do. A lone appender
 * waits for nobody.
 *
 * <p>It lasts no longer than half of what the last round took, and ends as soon as as many wait as
 * before. When they do not come, as producers at the other end of a network do not, it is left out
 * for the next rounds: 1, then 3, 7 and so on, until one day they do. To be called by whoever runs
 * the round.
 */
final class RoundGathering {
    private static final long LONGEST_NANOS = Duration.ofMillis(1).toNanos();
    private static final int MOST_YIELDS = 2_000; // for a clock that stands still
    private static final int MOST_LEFT_OUT = 63;

    private final Clock clock;
    private int expected;
    private long patienceNanos;
    private int leftOut;
    private int toLeaveOut;

    RoundGathering(Clock clock) {
        this.clock = clock;
    }

    /**
     * Before a round.
     *
     * @param waiting how many wait for a round at present
     */
    void gather(IntSupplier waiting) {
        if (waiting.getAsInt() >= expected) {
            return;
        }
        if (toLeaveOut > 0) {
            toLeaveOut--;
            return;
        }
        boolean complete = waitFor(waiting);
        leftOut = complete ? 0 : Math.min(2 * leftOut + 1, MOST_LEFT_OUT);
        toLeaveOut = leftOut;
    }

    /** Yields rather than sleeps: this is shorter than it takes to wake a thread up. */
    @SuppressWarnings("ThreadPriorityCheck") // nothing depends on what the scheduler makes of it
    private boolean waitFor(IntSupplier waiting) {
        long beganNanos = clock.nanoTime();
        for (int yields = 0; waiting.getAsInt() < expected; yields++) {
            if (yields == MOST_YIELDS || clock.nanoTime() - beganNanos >= patienceNanos) {
                return false;
            }
            Thread.yield();
        }
        return true;
    }

    /**
     * After a round.
     *
     * @param tookNanos without the gathering
     * @param appenders how many it served, and how many wait for the next one already
     */
    void noteRound(long tookNanos, int appenders) {
        expected = appenders;
        patienceNanos = Math.min(tookNanos / 2, LONGEST_NANOS);
    }
}
