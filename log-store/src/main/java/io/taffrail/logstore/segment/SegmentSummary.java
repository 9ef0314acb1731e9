// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore.segment;

import io.taffrail.model.batch.RecordBatchLayout;
import java.nio.ByteBuffer;

/**
 * What is known of a segment without reading it. Immutable, so that readers see one that is
 * consistent.
 *
 * @param logBytes size of the entries; the position where the next one goes
 * @param endOffset one past the last offset; the base offset if the segment is empty
 * @param entries number of entries
 * @param lastEpoch leader epoch of the last entry; -1 if the segment is empty
 * @param firstAppendTimeMs append time of the first entry; {@link Long#MIN_VALUE} if empty
 * @param maxAppendTimeMs the latest append time of an entry; {@link Long#MIN_VALUE} if empty
 * @param maxTimestampMs the latest timestamp of a record, in the topic's sense of time; {@link
 *     Long#MIN_VALUE} if empty
 */
public record SegmentSummary(
        long logBytes,
        long endOffset,
        long entries,
        int lastEpoch,
        long firstAppendTimeMs,
        long maxAppendTimeMs,
        long maxTimestampMs) {
    static final int BYTES = 6 * Long.BYTES + Integer.BYTES; // 52

    /** Of a segment at offset 0 without entries. */
    public static final SegmentSummary EMPTY = empty(0);

    /** Of a segment without entries. */
    public static SegmentSummary empty(long baseOffset) {
        return new SegmentSummary(
                0, baseOffset, 0, -1, Long.MIN_VALUE, Long.MIN_VALUE, Long.MIN_VALUE);
    }

    /**
     * This and the entry at {@code at}, which ends at {@code endPosition} of the file, after it.
     */
    public SegmentSummary plus(ByteBuffer entry, int at, long endPosition, long timestampMs) {
        long appendTimeMs = RecordBatchLayout.appendTimeMs(entry, at);
        return new SegmentSummary(
                endPosition,
                RecordBatchLayout.endOffset(entry, at),
                entries + 1,
                RecordBatchLayout.leaderEpoch(entry, at),
                entries == 0 ? appendTimeMs : firstAppendTimeMs,
                Math.max(maxAppendTimeMs, appendTimeMs),
                Math.max(maxTimestampMs, timestampMs));
    }

    void writeTo(ByteBuffer to) {
        to.putLong(logBytes).putLong(endOffset).putLong(entries).putInt(lastEpoch);
        to.putLong(firstAppendTimeMs).putLong(maxAppendTimeMs).putLong(maxTimestampMs);
    }

    static SegmentSummary read(ByteBuffer from) {
        return new SegmentSummary(
                from.getLong(),
                from.getLong(),
                from.getLong(),
                from.getInt(),
                from.getLong(),
                from.getLong(),
                from.getLong());
    }
}
