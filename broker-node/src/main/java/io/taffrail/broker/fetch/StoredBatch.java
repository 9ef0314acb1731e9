// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.fetch;

import io.taffrail.model.TopicPartition;
import io.taffrail.model.batch.Compression;
import io.taffrail.model.batch.CorruptRecordsException;
import io.taffrail.model.batch.EntryCheck;
import io.taffrail.model.batch.RecordBatchLayout;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * An entry whose records are looked into.
 *
 * @param entries holds it
 * @param at its first byte
 * @param records its payload, decompressed
 */
record StoredBatch(ByteBuffer entries, int at, ByteBuffer records) {
    /** What producers were allowed once was checked then; a reader's broker takes what there is. */
    private static final int MAX_DECOMPRESSED_BYTES = Integer.MAX_VALUE - 64;

    /**
     * Opens the entry at {@code at}; empty if it is damaged. Whoever passes records on without
     * their checksum has to look at it.
     */
    static Optional<StoredBatch> open(ByteBuffer entries, int at, TopicPartition partition) {
        EntryCheck check =
                EntryCheck.check(
                        entries, at, entries.limit(), partition.topicId(), partition.partition());
        if (check != EntryCheck.VALID) {
            return Optional.empty();
        }
        ByteBuffer compressed =
                entries.slice(
                        at + RecordBatchLayout.RECORDS_POSITION,
                        RecordBatchLayout.recordsBytes(entries, at));
        try {
            Compression codec =
                    Compression.byId(RecordBatchLayout.compressionId(entries, at)).orElseThrow();
            return Optional.of(
                    new StoredBatch(
                            entries, at, codec.decompress(compressed, MAX_DECOMPRESSED_BYTES)));
        } catch (CorruptRecordsException e) {
            return Optional.empty();
        }
    }

    int entryBytes() {
        return RecordBatchLayout.entryBytes(entries, at);
    }

    long endOffset() {
        return RecordBatchLayout.endOffset(entries, at);
    }
}
