// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore.segment;

import io.taffrail.model.batch.RecordBatchLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Both indexes of a segment, filled together: one slot for about every {@code intervalBytes} of
 * log.
 */
final class SegmentIndexes {
    private final OffsetIndex offsets;
    private final TimeIndex times;
    private final int intervalBytes;
    private long lastIndexedPosition;

    SegmentIndexes(int intervalBytes) {
        this(new OffsetIndex(), new TimeIndex(), intervalBytes, 0);
    }

    private SegmentIndexes(
            OffsetIndex offsets, TimeIndex times, int intervalBytes, long lastIndexedPosition) {
        this.offsets = offsets;
        this.times = times;
        this.intervalBytes = intervalBytes;
        this.lastIndexedPosition = lastIndexedPosition;
    }

    static SegmentIndexes read(
            ByteBuffer offsetSlots, ByteBuffer timeSlots, int intervalBytes, long logBytes) {
        OffsetIndex offsets = OffsetIndex.read(offsetSlots);
        return new SegmentIndexes(
                offsets,
                TimeIndex.read(timeSlots),
                intervalBytes,
                offsets.floorOfPosition(logBytes).orElse(0));
    }

    OffsetIndex offsets() {
        return offsets;
    }

    TimeIndex times() {
        return times;
    }

    /** Takes the entry that follows what {@code before} summarises. */
    void add(ByteBuffer entry, int at, long baseOffsetOfSegment, SegmentSummary before) {
        long position = before.logBytes();
        if (position - lastIndexedPosition < intervalBytes) {
            return;
        }
        offsets.add(RecordBatchLayout.baseOffset(entry, at) - baseOffsetOfSegment, position);
        times.add(before.maxTimestampMs(), position);
        lastIndexedPosition = position;
    }

    void truncateTo(long position) {
        offsets.truncateTo(position);
        times.truncateTo(position);
        lastIndexedPosition = offsets.floorOfPosition(position).orElse(0);
    }

    ByteBuffer offsetSlots() {
        ByteBuffer slots = ByteBuffer.allocate(offsets.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        offsets.writeTo(slots);
        return slots.flip();
    }

    ByteBuffer timeSlots() {
        ByteBuffer slots = ByteBuffer.allocate(times.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        times.writeTo(slots);
        return slots.flip();
    }
}
