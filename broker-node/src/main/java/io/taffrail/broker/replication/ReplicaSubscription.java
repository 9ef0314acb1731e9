// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication;

import io.taffrail.api.LogFailure;
import io.taffrail.logstore.LogReadResult;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What one follower gets of one leadership, from an accepted open on. It is over when the leader
 * epoch is, when the same follower opened again, or when its registration ended (P12); from then on
 * what it acknowledges is dropped. Safe for any thread.
 */
public interface ReplicaSubscription {
    /** Why it is over; empty while it lasts. */
    Optional<LogFailure> ended();

    /** Exclusive end of what there is to send. */
    long logEndOffset();

    /**
     * Entries up to the log end, committed or not, from {@code fromOffset} on, where the follower's
     * log ends: an empty slice if there are none yet. May block on a disk whose pages are not in
     * memory; damage that is met is reported by the log itself.
     */
    LogReadResult read(long fromOffset, int maxBytes) throws IOException;

    /**
     * Leader epoch of the entry before {@code fromOffset}, as Raft's prevLogTerm; empty: that is
     * the log start.
     */
    OptionalInt epochBefore(long fromOffset);

    /** As they are now. */
    ReplicaMarks marks();

    /**
     * The follower vouches for its log.
     *
     * @param offset exclusive end of what it has, under {@code flush=commit} fsynced
     * @param logStartOffset durable there
     * @param compactedOffset up to which it has compacted
     */
    void acknowledged(long offset, long logStartOffset, long compactedOffset);

    /** The follower got an entry that is not whole: this replica looks at its own (P19). */
    void badEntry(long offset);
}
