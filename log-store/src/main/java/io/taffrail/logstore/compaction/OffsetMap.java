// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore.compaction;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The latest offset of each key, in bounded memory: 24 bytes a key, whatever its size. A key is
 * known by the first 16 bytes of its SHA-256: two keys that shared them would be taken for one, and
 * nobody can make such keys. Open addressing; for one thread.
 */
public final class OffsetMap {
    private static final double MAX_LOAD = 0.75;
    private static final int WORDS = 3; // two of hash, one of offset + 1; 0 is free

    private final long[] slots;
    private final int capacity;
    private final int maxKeys;
    private final MessageDigest digest;
    private int keys;

    /** The memory of a map that has room for so many keys. */
    public static long bytesFor(long keys) {
        return (long) Math.ceil((keys + 1) / MAX_LOAD) * WORDS * Long.BYTES;
    }

    /** A map that takes up to {@code bytes} of memory. */
    public OffsetMap(int bytes) {
        this.capacity = Math.max(8, bytes / (WORDS * Long.BYTES));
        this.maxKeys = (int) (capacity * MAX_LOAD);
        this.slots = new long[capacity * WORDS];
        try {
            this.digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /**
     * Notes that {@code key} is at {@code offset}, which is above all before it; false if there is
     * no room for a new key.
     */
    public boolean put(ByteBuffer key, long offset) {
        int slot = find(key);
        if (slots[slot + 2] == 0) {
            if (keys == maxKeys) {
                return false;
            }
            keys++;
            slots[slot] = firstHash;
            slots[slot + 1] = secondHash;
        }
        slots[slot + 2] = offset + 1;
        return true;
    }

    /** The latest offset of {@code key}; -1 if it was not noted. */
    public long latestOffset(ByteBuffer key) {
        return slots[find(key) + 2] - 1;
    }

    public int size() {
        return keys;
    }

    private long firstHash;
    private long secondHash;

    private int find(ByteBuffer key) {
        digest.update(key);
        ByteBuffer hash = ByteBuffer.wrap(digest.digest());
        firstHash = hash.getLong();
        secondHash = hash.getLong();
        int index = (int) Long.remainderUnsigned(firstHash, capacity);
        while (true) {
            int slot = index * WORDS;
            if (slots[slot + 2] == 0
                    || (slots[slot] == firstHash && slots[slot + 1] == secondHash)) {
                return slot;
            }
            index = index + 1 == capacity ? 0 : index + 1;
        }
    }
}
