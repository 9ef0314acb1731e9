// SPDX-License-Identifier: Apache-2.0
package io.taffrail.benchmark;

import io.taffrail.model.batch.Compression;
import io.taffrail.model.batch.MalformedBatchException;
import io.taffrail.model.batch.ProducedBatch;
import io.taffrail.model.batch.RecordBatchBuilder;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Batches of random records, the same ones each time. */
final class Batches {
    private static final long FIRST_TIMESTAMP_MS = 1_700_000_000_000L;

    private Batches() {}

    /**
     * {@code count} batches of about {@code batchBytes} each, at least one record in each.
     *
     * @param recordBytes of a record's value; there is no key
     */
    static List<ProducedBatch> of(int count, int batchBytes, int recordBytes) {
        Random random = new Random(1);
        int records = Math.max(1, batchBytes / recordBytes);
        return Stream.generate(() -> batch(random, records, recordBytes)).limit(count).toList();
    }

    private static ProducedBatch batch(Random random, int records, int recordBytes) {
        RecordBatchBuilder builder = new RecordBatchBuilder(Compression.NONE);
        byte[] value = new byte[recordBytes];
        for (int i = 0; i < records; i++) {
            random.nextBytes(value);
            builder.append(FIRST_TIMESTAMP_MS + i, null, value, List.of());
        }
        return builder.build();
    }

    /**
     * One batch of records with keys out of {@code keys}, about as large as {@code batchBytes}.
     *
     * @param recordBytes of a record's key and value
     */
    static ProducedBatch keyed(Random random, int keys, int batchBytes, int recordBytes) {
        RecordBatchBuilder builder = new RecordBatchBuilder(Compression.NONE);
        byte[] key = new byte[Long.BYTES];
        byte[] value = new byte[recordBytes - key.length];
        for (int i = 0; i < batchBytes / recordBytes; i++) {
            ByteBuffer.wrap(key).putLong(random.nextInt(keys));
            random.nextBytes(value);
            builder.append(FIRST_TIMESTAMP_MS + i, key, value, List.of());
        }
        return builder.build();
    }

    /** The bytes that a log stores for {@code batch}, but for what a leader stamps. */
    static ByteBuffer entry(ProducedBatch batch) {
        ByteBuffer entry = ByteBuffer.allocate(batch.entryBytes());
        batch.writeHeader(entry);
        return entry.put(batch.records()).flip();
    }

    /** What a producer sends that computed the checksum itself. */
    static ProducedBatch withChecksum(ByteBuffer entry) {
        try {
            return ProducedBatch.fromEntry(entry);
        } catch (MalformedBatchException e) {
            throw new IllegalStateException("it was made a moment ago", e);
        }
    }
}
