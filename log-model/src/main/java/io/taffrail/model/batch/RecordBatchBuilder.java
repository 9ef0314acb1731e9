// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model.batch;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Gathers records into a batch, for producers and for tests; brokers never build one. The first
 * record's timestamp becomes the base timestamp. Does not keep the caller's arrays and buffers, and
 * leaves buffers' positions as they are. To be used again after {@link #reset()}; one thread.
 */
public final class RecordBatchBuilder {
    private final Compression compression;
    private final PayloadWriter payload = new PayloadWriter();
    private long producerId;
    private int producerEpoch;
    private int baseSequence;
    private int recordCount;
    private int lastOffsetDelta = -1;
    private long baseTimestampMs;
    private long maxTimestampMs;

    public RecordBatchBuilder(Compression compression) {
        this.compression = compression;
    }

    /** Names the idempotent producer (KIP-98) and the sequence of the first record. */
    @CanIgnoreReturnValue
    public RecordBatchBuilder producer(long id, int epoch, int firstSequence) {
        this.producerId = id;
        this.producerEpoch = epoch;
        this.baseSequence = firstSequence;
        return this;
    }

    /**
     * Adds a record behind the last.
     *
     * @param key null if there is none
     * @param value null for a tombstone
     * @throws BatchFullException if it does not fit into the largest entry there is; the batch is
     *     then as it was
     * @throws IllegalArgumentException if its timestamp is too far from the first, or a header's
     *     key is not text; the batch is then as it was
     */
    @CanIgnoreReturnValue
    public RecordBatchBuilder append(
            long timestampMs, byte[] key, byte[] value, List<RecordHeader> headers) {
        return append(timestampMs, wrap(key), wrap(value), headers);
    }

    /** As {@link #append(long, byte[], byte[], List)}, with what is between position and limit. */
    @CanIgnoreReturnValue
    public RecordBatchBuilder append(
            long timestampMs, ByteBuffer key, ByteBuffer value, List<RecordHeader> headers) {
        add(lastOffsetDelta + 1, PayloadWriter.FOLLOWS, timestampMs, key, value, headers);
        return this;
    }

    /** Adds a record that says its offset delta itself, as compaction leaves them. */
    @CanIgnoreReturnValue
    public RecordBatchBuilder appendAt(
            int offsetDelta,
            long timestampMs,
            byte[] key,
            byte[] value,
            List<RecordHeader> headers) {
        return appendAt(offsetDelta, timestampMs, wrap(key), wrap(value), headers);
    }

    /** As {@link #appendAt(int, long, byte[], byte[], List)}. */
    @CanIgnoreReturnValue
    public RecordBatchBuilder appendAt(
            int offsetDelta,
            long timestampMs,
            ByteBuffer key,
            ByteBuffer value,
            List<RecordHeader> headers) {
        if (offsetDelta <= lastOffsetDelta) {
            throw new IllegalArgumentException(
                    "offset delta " + offsetDelta + " does not follow " + lastOffsetDelta);
        }
        add(offsetDelta, offsetDelta, timestampMs, key, value, headers);
        return this;
    }

    private void add(
            int offsetDelta,
            int explicitOffsetDelta,
            long timestampMs,
            ByteBuffer key,
            ByteBuffer value,
            List<RecordHeader> headers) {
        long base = recordCount == 0 ? timestampMs : baseTimestampMs;
        long delta = timestampMs - base;
        if (((timestampMs ^ base) & (timestampMs ^ delta)) < 0) {
            throw new IllegalArgumentException(
                    "timestamp " + timestampMs + " is too far from the first, " + base);
        }
        payload.writeRecord(key, value, headers, delta, explicitOffsetDelta);
        maxTimestampMs = recordCount == 0 ? timestampMs : Math.max(maxTimestampMs, timestampMs);
        baseTimestampMs = base;
        lastOffsetDelta = offsetDelta;
        recordCount++;
    }

    public int recordCount() {
        return recordCount;
    }

    /** The size of the records so far, not compressed. */
    public int payloadBytes() {
        return payload.size();
    }

    /**
     * The batch of all records so far, with bytes of its own.
     *
     * @throws IllegalStateException if there is no record
     */
    public ProducedBatch build() {
        if (recordCount == 0) {
            throw new IllegalStateException("a batch has at least one record");
        }
        return ProducedBatch.builder()
                .compression(compression)
                .lastOffsetDelta(lastOffsetDelta)
                .recordCount(recordCount)
                .baseTimestampMs(baseTimestampMs)
                .maxTimestampMs(maxTimestampMs)
                .producer(producerId, producerEpoch, baseSequence)
                .records(compressed())
                .build();
    }

    private ByteBuffer compressed() {
        ByteBuffer plain = payload.view();
        return compression == Compression.NONE
                ? ByteBuffer.allocate(plain.remaining())
                        .put(plain)
                        .flip() // the next batch reuses it
                : compression.compress(plain);
    }

    /** Forgets the records; codec and producer stay. */
    @CanIgnoreReturnValue
    public RecordBatchBuilder reset() {
        payload.clear();
        recordCount = 0;
        lastOffsetDelta = -1;
        return this;
    }

    private static ByteBuffer wrap(byte[] bytes) {
        return bytes == null ? null : ByteBuffer.wrap(bytes);
    }
}
