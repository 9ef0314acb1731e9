// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication;

import io.taffrail.api.LogFailure;
import io.taffrail.broker.Subscription;
import io.taffrail.broker.partition.LeaderState;
import io.taffrail.logstore.LogConfig;
import io.taffrail.logstore.LogReadResult;
import io.taffrail.logstore.TimedOffset;
import io.taffrail.model.Acks;
import io.taffrail.model.OffsetAndEpoch;
import io.taffrail.model.TopicPartition;
import io.taffrail.model.batch.ProducedBatch;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/**
 * A partition that this broker leads, in one leader epoch: what the services see of it. Ends with
 * that epoch, also if the same broker leads the next one (P15). Safe for any thread.
 */
public interface PartitionLeader {
    TopicPartition partition();

    int leaderEpoch();

    /** The topic's settings as they are now. */
    LogConfig config();

    /** How many partitions the topic has now. */
    int partitionCount();

    /** The first offset that can be read. */
    long logStartOffset();

    /**
     * Exclusive end of what is committed; empty until it reached the epoch's first offset (KIP-207,
     * P13).
     */
    OptionalLong highWatermark();

    /** The offset that the next record gets. */
    long logEndOffset();

    /** The leader epoch of the entry that holds {@code offset}. */
    OptionalInt epochOf(long offset);

    /**
     * The largest epoch here at or below {@code epoch}, and the offset where it ended (KIP-279).
     */
    Optional<OffsetAndEpoch> endOfEpoch(int epoch);

    /**
     * Why this leadership is over: NOT_LEADER with the new leader where it is known, SHUTTING_DOWN,
     * UNKNOWN_TOPIC after a deletion. Empty while it lasts.
     */
    Optional<LogFailure> ended();

    /**
     * Appends on the caller's thread, without waiting for an fsync or for followers: the order of
     * calls is the order in the log. A batch that is checked costs CPU time in proportion to its
     * size; large or compressed ones belong on a worker thread.
     *
     * @param expectedBaseOffset compare-and-append; duplicates are recognised before
     * @param timeout how long the acknowledgement may take before NOT_COMMITTED_IN_TIME
     */
    AppendTicket append(
            List<ProducedBatch> batches,
            OptionalLong expectedBaseOffset,
            Acks acks,
            Duration timeout);

    /**
     * Committed entries from the one that holds {@code fromOffset} on: see {@link
     * io.taffrail.logstore.PartitionLog#read}. Between the high watermark and the log end: an empty
     * slice. May block on a disk whose pages are not in memory.
     */
    LogReadResult read(long fromOffset, int maxBytes) throws IOException;

    /** The first committed record that is as late as {@code timestampMs}. Reads the disk. */
    Optional<TimedOffset> offsetOfTime(long timestampMs) throws IOException;

    /**
     * Moves the log start to {@code beforeOffset}, or to the high watermark; completes with the log
     * start once every in-sync replica has it durably (P16).
     */
    CompletableFuture<DeleteOutcome> deleteRecords(OptionalLong beforeOffset);

    /** Where the followers are that have opened in this epoch. */
    List<LeaderState.Standing> followers();

    /** About how many bytes of the log lie at or above {@code fromOffset}. */
    long logBytes(long fromOffset);

    /**
     * Calls {@code listener} after the high watermark, the log start, the settings or the partition
     * count changed, or the leadership ended; not with every change, but after the last one. The
     * listener must not block, and may be called on any thread.
     */
    Subscription subscribe(Runnable listener);

    /** What came of deleting records. */
    sealed interface DeleteOutcome {
        record Deleted(long logStartOffset) implements DeleteOutcome {}

        record Refused(LogFailure failure) implements DeleteOutcome {}
    }
}
