// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client;

import io.taffrail.model.batch.RecordHeader;
import java.util.List;

/**
 * A record that was read. Key and value are the record's own arrays: whoever writes to them changes
 * this record and nothing else.
 */
public final class ConsumerRecord {
    private final PartitionRef partition;
    private final long offset;
    private final int leaderEpoch;
    private final long timestampMs;
    private final long appendTimeMs;
    private final byte[] key;
    private final byte[] value;
    private final List<RecordHeader> headers;

    /**
     * @param key null if there is none
     * @param value null for a tombstone
     */
    public ConsumerRecord(
            PartitionRef partition,
            long offset,
            int leaderEpoch,
            long timestampMs,
            long appendTimeMs,
            byte[] key,
            byte[] value,
            List<RecordHeader> headers) {
        this.partition = partition;
        this.offset = offset;
        this.leaderEpoch = leaderEpoch;
        this.timestampMs = timestampMs;
        this.appendTimeMs = appendTimeMs;
        this.key = key;
        this.value = value;
        this.headers = headers;
    }

    public String topic() {
        return partition.topic();
    }

    /** From 0. */
    public int partition() {
        return partition.partition();
    }

    public PartitionRef partitionRef() {
        return partition;
    }

    public long offset() {
        return offset;
    }

    /** Of the leader that appended it. */
    public int leaderEpoch() {
        return leaderEpoch;
    }

    /** The producer's time, in milliseconds since 1970. */
    public long timestampMs() {
        return timestampMs;
    }

    /** The leader's clock when it appended, in milliseconds since 1970. */
    public long appendTimeMs() {
        return appendTimeMs;
    }

    /** Null if there is none; an empty key is a key. */
    public byte[] key() {
        return key;
    }

    /** Null for a tombstone. */
    public byte[] value() {
        return value;
    }

    /** In the producer's order. */
    public List<RecordHeader> headers() {
        return headers;
    }

    @Override
    public String toString() {
        return partition + "@" + offset;
    }
}
