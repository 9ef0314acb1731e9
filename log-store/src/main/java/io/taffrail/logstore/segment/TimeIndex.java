// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore.segment;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Sparse map of a segment for look-up by time (KIP-33): a position → the latest timestamp of all
 * entries before it. Both ascend, whatever order the timestamps had. One thread adds; readers on
 * any thread see a prefix.
 *
 * <p>On disk: 8 bytes timestamp in milliseconds, 4 bytes position, little-endian.
 */
final class TimeIndex {
    static final int SLOT_BYTES = 12;

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Slots(long[] timestamps, int[] positions, int count) {}

    private volatile Slots slots;

    TimeIndex() {
        slots = new Slots(new long[64], new int[64], 0);
    }

    private TimeIndex(Slots slots) {
        this.slots = slots;
    }

    static TimeIndex read(ByteBuffer from) {
        int count = from.remaining() / SLOT_BYTES;
        Slots slots = new Slots(new long[count], new int[count], count);
        for (int i = 0; i < count; i++) {
            slots.timestamps[i] = from.getLong();
            slots.positions[i] = from.getInt();
        }
        return new TimeIndex(slots);
    }

    void writeTo(ByteBuffer to) {
        Slots current = slots;
        for (int i = 0; i < current.count; i++) {
            to.putLong(current.timestamps[i]).putInt(current.positions[i]);
        }
    }

    int bytes() {
        return slots.count * SLOT_BYTES;
    }

    void add(long maxTimestampBefore, long position) {
        Slots current = slots;
        long[] timestamps = current.timestamps;
        int[] positions = current.positions;
        if (current.count == timestamps.length) {
            int capacity = Math.max(64, 2 * current.count);
            timestamps = Arrays.copyOf(timestamps, capacity);
            positions = Arrays.copyOf(positions, capacity);
        }
        timestamps[current.count] = maxTimestampBefore;
        positions[current.count] = (int) position;
        slots = new Slots(timestamps, positions, current.count + 1);
    }

    /**
     * A position such that every entry before it is older than {@code timestampMs}; the largest
     * that is indexed, or 0.
     */
    long startOfSearch(long timestampMs) {
        Slots current = slots;
        int low = 0;
        int high = current.count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (current.timestamps[middle] < timestampMs) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low == 0 ? 0 : Integer.toUnsignedLong(current.positions[low - 1]);
    }

    /** Forgets slots above {@code position}. */
    void truncateTo(long position) {
        Slots current = slots;
        int kept = current.count;
        while (kept > 0 && Integer.toUnsignedLong(current.positions[kept - 1]) > position) {
            kept--;
        }
        slots = new Slots(current.timestamps, current.positions, kept);
    }
}
