// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.partition;

import java.util.OptionalLong;

/**
 * What the leader knows of one follower: what it vouches for, under which subscription, and when it
 * was last at the log end. Times in nanoseconds of one clock.
 */
final class FollowerProgress {
    private long brokerEpoch = -1;
    private long subscription = -1;
    private OptionalLong acknowledged = OptionalLong.empty();
    private long logStartOffset;
    private long compactedOffset;
    private long caughtUpAt;
    private long markOffset;
    private long markAt;

    FollowerProgress(long logEndOffset, long now) {
        caughtUpAt = now;
        markOffset = logEndOffset;
        markAt = now;
    }

    long brokerEpoch() {
        return brokerEpoch;
    }

    /** Exclusive end of what it has; empty until it opened in this leader epoch. */
    OptionalLong acknowledged() {
        return acknowledged;
    }

    long logStartOffset() {
        return logStartOffset;
    }

    long compactedOffset() {
        return compactedOffset;
    }

    /** When it last had all that the log held then. */
    long caughtUpAt() {
        return caughtUpAt;
    }

    /** Opens come late, and twice: only a newer one counts. */
    boolean isNewer(FollowerOpen open) {
        return open.brokerEpoch() > brokerEpoch
                || (open.brokerEpoch() == brokerEpoch && open.subscription() > subscription);
    }

    /** An accepted open <em>sets</em> what was acknowledged (P12). */
    void opened(FollowerOpen open, long logEndOffset, long now) {
        brokerEpoch = open.brokerEpoch();
        subscription = open.subscription();
        acknowledged = OptionalLong.of(open.logEndOffset());
        logStartOffset = 0;
        compactedOffset = 0;
        noteCaughtUp(open.logEndOffset(), logEndOffset, now);
    }

    boolean holds(long epoch, long number) {
        return brokerEpoch == epoch && subscription == number;
    }

    void acknowledged(FollowerAck ack, long logEndOffset, long now) {
        acknowledged = OptionalLong.of(Math.max(ack.offset(), acknowledged.orElse(0)));
        logStartOffset = Math.max(logStartOffset, ack.logStartOffset());
        compactedOffset = Math.max(compactedOffset, ack.compactedOffset());
        noteCaughtUp(acknowledged.getAsLong(), logEndOffset, now);
    }

    /** Whoever has all there is stays caught up while nothing is appended. */
    void noteTime(long logEndOffset, long now) {
        if (acknowledged.isPresent()) {
            noteCaughtUp(acknowledged.getAsLong(), logEndOffset, now);
        }
    }

    /** Under a steady load it never has all, but has what there was a moment ago. */
    private void noteCaughtUp(long offset, long logEndOffset, long now) {
        if (offset >= markOffset) {
            caughtUpAt = offset >= logEndOffset ? now : markAt;
            markOffset = logEndOffset;
            markAt = now;
        }
    }

    /** The leader itself stood still: nobody is late for that (P12). */
    void forgive(long now) {
        caughtUpAt = now;
        markAt = now;
    }
}
