// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore.segment;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.OptionalLong;

/**
 * Sparse map of a segment: an entry's base offset, relative to the segment's → its position. One
 * thread adds; readers on any thread see a prefix.
 *
 * <p>On disk: 4 bytes relative offset, 4 bytes position, both unsigned and little-endian,
 * ascending.
 */
final class OffsetIndex {
    static final int SLOT_BYTES = 8;

    /** High half of a word: relative offset; low half: position. Both ascend, so the words do. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Slots(long[] words, int count) {
        long position(int slot) {
            return words[slot] & 0xffffffffL;
        }
    }

    private volatile Slots slots;

    OffsetIndex() {
        slots = new Slots(new long[64], 0);
    }

    private OffsetIndex(Slots slots) {
        this.slots = slots;
    }

    static OffsetIndex read(ByteBuffer from) {
        long[] words = new long[from.remaining() / SLOT_BYTES];
        for (int i = 0; i < words.length; i++) {
            long relativeOffset = Integer.toUnsignedLong(from.getInt());
            words[i] = relativeOffset << 32 | Integer.toUnsignedLong(from.getInt());
        }
        return new OffsetIndex(new Slots(words, words.length));
    }

    void writeTo(ByteBuffer to) {
        Slots current = slots;
        for (int i = 0; i < current.count; i++) {
            to.putInt((int) (current.words[i] >>> 32)).putInt((int) current.words[i]);
        }
    }

    int bytes() {
        return slots.count * SLOT_BYTES;
    }

    void add(long relativeOffset, long position) {
        Slots current = slots;
        long[] words = current.words;
        if (current.count == words.length) {
            words = Arrays.copyOf(words, Math.max(64, 2 * current.count));
        }
        words[current.count] = relativeOffset << 32 | position;
        slots = new Slots(words, current.count + 1);
    }

    /**
     * Position of the last indexed entry whose base offset is at or below {@code relativeOffset}.
     */
    OptionalLong floorOfOffset(long relativeOffset) {
        Slots current = slots;
        long word = relativeOffset << 32 | 0xffffffffL;
        int found = Arrays.binarySearch(current.words, 0, current.count, word);
        int slot = found >= 0 ? found : -found - 2;
        return slot < 0 ? OptionalLong.empty() : OptionalLong.of(current.position(slot));
    }

    /** Position of the last indexed entry that begins at or below {@code position}. */
    OptionalLong floorOfPosition(long position) {
        Slots current = slots;
        int low = 0;
        int high = current.count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (current.position(middle) <= position) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low == 0 ? OptionalLong.empty() : OptionalLong.of(current.position(low - 1));
    }

    /** Forgets entries that begin at or above {@code position}. */
    void truncateTo(long position) {
        Slots current = slots;
        int kept = current.count;
        while (kept > 0 && current.position(kept - 1) >= position) {
            kept--;
        }
        slots = new Slots(current.words, kept);
    }
}
