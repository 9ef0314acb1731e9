// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model.batch;

import java.nio.ByteBuffer;

/**
 * Which partition a key belongs to: the same for every client in every language, and the same as
 * with Kafka's default partitioner. Where records without a key go is for producers to choose.
 */
public final class Partitioner {
    private Partitioner() {}

    public static int partitionOf(byte[] key, int partitions) {
        return partitionOf(ByteBuffer.wrap(key), partitions);
    }

    /** Of the key between position and limit, which stay. */
    public static int partitionOf(ByteBuffer key, int partitions) {
        if (partitions <= 0) {
            throw new IllegalArgumentException(partitions + " partitions");
        }
        return (Murmur2.hash(key) & Integer.MAX_VALUE) % partitions; // abs fails for MIN_VALUE
    }
}
