// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication.stream;

import java.util.function.LongUnaryOperator;

/**
 * How much a leader may have on its way to this follower: as much is granted anew as was taken out
 * of the stream. On the stream's thread.
 */
final class CreditWindow {
    private final long windowBytes;
    private final LongUnaryOperator throttle;
    private long outstandingBytes; // granted, and not yet consumed; below 0: the leader overdrew

    /**
     * A window of which nothing is granted.
     *
     * @param throttle how much of what could be granted may be, now
     */
    CreditWindow(long windowBytes, LongUnaryOperator throttle) {
        this.windowBytes = windowBytes;
        this.throttle = throttle;
    }

    /** So many bytes have been appended, or dropped. */
    void consumed(long bytes) {
        outstandingBytes -= bytes;
    }

    /** Whether enough can be granted that a message is worth it. */
    boolean isDue() {
        return windowBytes - outstandingBytes >= (windowBytes + 3) / 4;
    }

    /** What to grant now; counts as granted. */
    long grant() {
        long granted = throttle.applyAsLong(windowBytes - outstandingBytes);
        outstandingBytes += granted;
        return granted;
    }
}
