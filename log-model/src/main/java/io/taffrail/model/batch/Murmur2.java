// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model.batch;

import java.nio.ByteBuffer;

/**
 * MurmurHash2 of 32 bits (Austin Appleby) with the seed that Kafka's producers use, so that a key
 * is in the same partition here and there.
 */
public final class Murmur2 {
    private static final int SEED = 0x9747B28C;
    private static final int MULTIPLIER = 0x5BD1E995;

    private Murmur2() {}

    public static int hash(byte[] key) {
        return hash(ByteBuffer.wrap(key));
    }

    /** Hashes what is between position and limit, which stay. */
    public static int hash(ByteBuffer key) {
        int length = key.remaining();
        int hash = SEED ^ length;
        int at = key.position();
        int end = key.limit();
        for (; end - at >= Integer.BYTES; at += Integer.BYTES) {
            int word = RecordBatchLayout.getInt(key, at) * MULTIPLIER;
            hash = (hash * MULTIPLIER) ^ ((word ^ (word >>> 24)) * MULTIPLIER);
        }
        if (at < end) {
            for (int n = end - at - 1; n >= 0; n--) {
                hash ^= (key.get(at + n) & 0xFF) << (8 * n);
            }
            hash *= MULTIPLIER;
        }
        hash = (hash ^ (hash >>> 13)) * MULTIPLIER;
        return hash ^ (hash >>> 15);
    }
}
