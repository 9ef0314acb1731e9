// SPDX-License-Identifier: Apache-2.0
package io.taffrail.testsupport;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** The bytes of a file, in pages; a page that was never written is zeros and takes no room. */
final class SparseBytes {
    private static final int PAGE_BYTES = 4096;
    private static final byte[] ZEROS = new byte[PAGE_BYTES];

    private final Map<Long, byte[]> pages = new HashMap<>();
    private long size;

    long size() {
        return size;
    }

    void write(long position, byte[] bytes, int from, int length) {
        int done = 0;
        while (done < length) {
            long at = position + done;
            int inPage = (int) (at % PAGE_BYTES);
            int count = Math.min(length - done, PAGE_BYTES - inPage);
            byte[] page = pages.computeIfAbsent(at / PAGE_BYTES, index -> new byte[PAGE_BYTES]);
            System.arraycopy(bytes, from + done, page, inPage, count);
            done += count;
        }
        if (length > 0) {
            grow(position + length);
        }
    }

    /** Reads until the target is full or the end is reached; returns the number of bytes. */
    int read(long position, ByteBuffer target) {
        int total = (int) Math.max(0, Math.min(target.remaining(), size - position));
        int done = 0;
        while (done < total) {
            long at = position + done;
            int inPage = (int) (at % PAGE_BYTES);
            int count = Math.min(total - done, PAGE_BYTES - inPage);
            target.put(page(at / PAGE_BYTES), inPage, count);
            done += count;
        }
        return total;
    }

    private byte[] page(long index) {
        return pages.getOrDefault(index, ZEROS);
    }

    /** Makes it at least this long; what is new is zeros. */
    void grow(long newSize) {
        size = Math.max(size, newSize);
    }

    /** Makes it at most this long. */
    void truncate(long newSize) {
        if (newSize >= size) {
            return;
        }
        size = newSize;
        int kept = (int) (newSize % PAGE_BYTES);
        long lastPage = newSize / PAGE_BYTES;
        pages.keySet().removeIf(index -> index > lastPage || (index == lastPage && kept == 0));
        byte[] last = pages.get(lastPage);
        if (last != null) {
            Arrays.fill(last, kept, PAGE_BYTES, (byte) 0);
        }
    }

    void flipBit(long position, int bit) {
        byte[] old = new byte[1];
        if (read(position, ByteBuffer.wrap(old)) == 1) {
            old[0] ^= (byte) (1 << bit);
            write(position, old, 0, 1);
        }
    }

    /** How many bytes from the start are the same in both, looking no further than {@code end}. */
    long commonPrefix(SparseBytes other, long end) {
        long limit = Math.min(end, Math.min(size, other.size));
        for (long start = 0; start < limit; start += PAGE_BYTES) {
            int mismatch =
                    Arrays.mismatch(page(start / PAGE_BYTES), other.page(start / PAGE_BYTES));
            if (mismatch >= 0) {
                return Math.min(limit, start + mismatch);
            }
        }
        return limit;
    }

    void replaceWith(SparseBytes other) {
        pages.clear();
        other.pages.forEach((index, page) -> pages.put(index, page.clone()));
        size = other.size;
    }

    byte[] toArray() {
        byte[] all = new byte[Math.toIntExact(size)];
        read(0, ByteBuffer.wrap(all));
        return all;
    }
}
