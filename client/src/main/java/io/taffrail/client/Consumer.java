// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Reads partitions, each in the order of its offsets, every record once, whatever breaks meanwhile.
 * What {@link #poll} has returned counts as processed: from there reading is resumed after a break.
 * Records are fetched ahead within {@link ConsumerSettings#maxBufferedBytes}. Its methods may be
 * called from any thread, {@link #poll} from one at a time; to be closed.
 */
public interface Consumer extends AutoCloseable {
    /** Begins to read a partition, besides those that are assigned already; or anew if it is. */
    void assign(PartitionRef partition, StartFrom start);

    /**
     * As {@link #assign(PartitionRef, StartFrom)}, up to an end.
     *
     * @param endOffset exclusive; when it is reached the partition is {@linkplain #isFinished
     *     finished}
     */
    void assign(PartitionRef partition, StartFrom start, long endOffset);

    /** Begins to read every partition that the topic has now. Waits for the topic's metadata. */
    void assignAll(String topic, StartFrom start);

    /** Stops reading a partition; one that is not assigned is passed over. */
    void unassign(PartitionRef partition);

    Set<PartitionRef> assignment();

    /**
     * The next records, of one or several partitions in turn.
     *
     * @param timeout how long to wait while there are none
     * @return empty if none came in time, if every partition is finished, and after {@link #wakeup}
     * @throws TaffrailException naming the partition, if it cannot be read on: OFFSET_OUT_OF_RANGE,
     *     LOG_TRUNCATED, CORRUPT_LOG, UNKNOWN_TOPIC and what else does not pass by itself; again at
     *     each call until the partition is sought or unassigned. Also if no broker can be reached
     *     since this client began.
     */
    List<ConsumerRecord> poll(Duration timeout);

    /** Goes on elsewhere. What was fetched ahead of the old position is dropped. */
    void seek(PartitionRef partition, StartFrom start);

    /** Holds a partition: {@link #poll} returns none of its records until {@link #resume}. */
    void pause(Collection<PartitionRef> partitions);

    void resume(Collection<PartitionRef> partitions);

    Set<PartitionRef> paused();

    /**
     * Where {@link #poll} goes on in a partition. Empty while that is not known: a start such as
     * {@link StartFrom#latest} is found by the broker.
     */
    Position position(PartitionRef partition);

    /** The high watermark that was heard of last. Empty: none yet. */
    OptionalLong highWatermark(PartitionRef partition);

    /**
     * Asks the brokers for the high watermarks, exclusive.
     *
     * @throws TaffrailException if one cannot be found
     */
    Map<PartitionRef, Long> endOffsets(Collection<PartitionRef> partitions);

    /**
     * Asks the brokers for the log starts.
     *
     * @throws TaffrailException if one cannot be found
     */
    Map<PartitionRef, Long> beginningOffsets(Collection<PartitionRef> partitions);

    /** Whether every assigned partition has an end and all records before it were returned. */
    boolean isFinished();

    /** Makes a {@link #poll} that waits, or else the next one, return at once. From any thread. */
    void wakeup();

    @Override
    void close();

    /**
     * A place to resume at.
     *
     * @param offset of the next record; empty: not known yet
     * @param leaderEpoch of the last record before it, to be kept with the offset; empty: not known
     */
    record Position(OptionalLong offset, OptionalInt leaderEpoch) {
        /** Where another consumer goes on. Only with an offset. */
        public StartFrom toStart() {
            return new StartFrom.AtOffset(offset.orElseThrow(), leaderEpoch);
        }
    }
}
