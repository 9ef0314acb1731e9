// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication;

import io.taffrail.broker.Subscription;
import io.taffrail.broker.partition.FollowerOpen;
import io.taffrail.logstore.RestartPoint;
import io.taffrail.model.TopicPartition;
import java.nio.ByteBuffer;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/**
 * A replica of this broker that follows, in one leader epoch, as the stream from its leader sees
 * it. Whatever the leader sends is handed to it with the number of the subscription that it was
 * sent for; an older one is dropped (P12). One thread at a time calls it; those methods that say so
 * may block on the disk.
 */
public interface ReplicationTarget {
    TopicPartition partition();

    /** The broker that leads. */
    int leaderId();

    int leaderEpoch();

    /** Whether the epoch is over here, or the replica is gone: nothing is appended any more. */
    boolean isOver();

    /**
     * Whether it belongs on the stream of those that are in sync, or about to be; else on the one
     * for catching up. May change at any time.
     */
    boolean isInSync();

    /**
     * What to open with, under a new subscription number; completes once the replica vouches for
     * all of its log, which under {@code flush=commit} takes an fsync. Fails if the log cannot be
     * written.
     */
    CompletableFuture<FollowerOpen> open();

    /** What the stream does next with this replica. */
    enum Next {
        /** Goes on: runs are appended as they come. */
        FOLLOW,
        /** Opens again, at once. */
        OPEN,
        /**
         * Unsubscribes, and opens again after a while: the disk is full or failed, or the
         * controller has not confirmed yet that bytes may be dropped.
         */
        PAUSE
    }

    /** The leader accepted: the logs agree. */
    Next accepted(long subscription);

    /** The leader's log parts from this one. Cuts; blocks. */
    Next diverged(long subscription, OptionalInt leaderEpoch, long endOffset);

    /** The leader's log begins above this one's end. Drops everything; blocks. */
    Next restart(long subscription, RestartPoint from);

    /**
     * Where a run belongs.
     *
     * @param fromOffset where it begins: the end of this log
     * @param nextOffset the log end after it
     * @param epochBefore of the leader's entry before {@code fromOffset}
     */
    record Run(
            long subscription,
            int leaderEpoch,
            long fromOffset,
            long nextOffset,
            OptionalInt epochBefore) {}

    /**
     * Appends a run, byte for byte, and asks for it to be made durable. Does not block but for the
     * write; what is durable later is told to who listens. The entries are read, not kept.
     */
    Next append(Run run, ByteBuffer entries);

    /** Offset of the bad entry for which the last {@link #append} paused, if that was why (P19). */
    OptionalLong badEntryOffset();

    /** Takes the leader's marks over. May block when the log start moves. */
    void marks(long subscription, ReplicaMarks marks);

    /**
     * What this replica vouches for.
     *
     * @param offset exclusive end
     * @param logStartOffset durable
     * @param compactedOffset up to which it has compacted
     */
    record Vouched(long subscription, long offset, long logStartOffset, long compactedOffset) {}

    /** As it is now; what the stream acknowledges. */
    Vouched vouched();

    /**
     * Calls {@code listener} after {@link #vouched} changed, {@link #isInSync} did, or it is over;
     * not with every change, but after the last one. Must not block; on any thread.
     */
    Subscription subscribe(Runnable listener);
}
