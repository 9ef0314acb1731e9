// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.membership;

import java.time.Duration;

/**
 * Watches, where this member leads, whether what it has in its log comes to be committed. It may
 * not while everybody is in contact: what sends to a follower without which there is no majority
 * hangs, or a disk does. For one thread; times in nanoseconds.
 */
public final class CommitWatch {
    private final long patience;
    private long committed;
    private long since;
    private boolean waiting;

    /**
     * @param patience how long the log's first uncommitted entry may stay the same
     */
    public CommitWatch(Duration patience) {
        this.patience = patience.toNanos();
    }

    /**
     * Looks at the leader's log; true: nothing was committed for too long, though there is what.
     */
    public boolean standsStill(long committedIndex, long lastIndex, long now) {
        if (committedIndex >= lastIndex) {
            waiting = false;
        } else if (!waiting || committedIndex != committed) {
            waiting = true;
            committed = committedIndex;
            since = now;
        }
        return waiting && now - since >= patience;
    }

    /** Begins anew: this member leads no longer, or is about to. */
    public void reset() {
        waiting = false;
    }
}
