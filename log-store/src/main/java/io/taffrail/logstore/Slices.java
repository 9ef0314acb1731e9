// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore;

import io.taffrail.model.Clock;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The slices of one log that readers hold at present. Safe for many threads. */
final class Slices {
    private final Clock clock;
    private final Set<LogSlice> open = ConcurrentHashMap.newKeySet();

    Slices(Clock clock) {
        this.clock = clock;
    }

    void add(LogSlice slice) {
        open.add(slice);
    }

    void remove(LogSlice slice) {
        open.remove(slice);
    }

    int count() {
        return open.size();
    }

    long nanoTime() {
        return clock.nanoTime();
    }

    int revokeIdle(long idleNanos) {
        long now = clock.nanoTime();
        int revoked = 0;
        for (LogSlice slice : open) {
            if (slice.idleNanos(now) >= idleNanos) {
                slice.close();
                revoked++;
            }
        }
        return revoked;
    }
}
