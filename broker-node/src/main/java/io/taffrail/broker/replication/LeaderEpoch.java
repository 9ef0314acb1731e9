// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication;

import io.taffrail.api.LogFailure;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A leader epoch of this broker over a partition, and whether it lasts. Appends share a lock that
 * only the end takes alone: once {@link #end} returned, nothing is appended under this epoch any
 * more (P1). Safe for any thread.
 */
final class LeaderEpoch {
    private final int number;
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private volatile LogFailure ended; // null while it lasts; set under the write lock

    LeaderEpoch(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    /** Why it is over; empty while it lasts. */
    Optional<LogFailure> ended() {
        return Optional.ofNullable(ended);
    }

    /** While it is held, what {@link #ended} says stays so. */
    Lock shared() {
        return lock.readLock();
    }

    /**
     * Ends it, once whoever appends is done.
     *
     * @param last run before anybody can begin anew
     * @return false if it had ended before
     */
    boolean end(LogFailure why, Runnable last) {
        lock.writeLock().lock();
        try {
            if (ended != null) {
                return false;
            }
            ended = why;
            last.run();
            return true;
        } finally {
            lock.writeLock().unlock();
        }
    }
}
