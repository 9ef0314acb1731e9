// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.produce;

import io.taffrail.model.batch.Compression;
import io.taffrail.model.batch.CorruptRecordsException;
import io.taffrail.model.batch.ProducedBatch;
import io.taffrail.model.batch.RecordBatchBuilder;
import io.taffrail.model.batch.RecordBatchLayout;
import io.taffrail.model.batch.RecordCursor;
import java.nio.ByteBuffer;
import java.util.List;

/** Encoded batches made of others, which stay as they are. */
final class BatchCopies {
    private BatchCopies() {}

    /** The same records under other numbers. */
    static ProducedBatch withProducer(
            ProducedBatch batch, ProducerIdentity identity, int sequence) {
        return ProducedBatch.builder()
                .compressionId(batch.compressionId())
                .flags(batch.flags())
                .lastOffsetDelta(batch.lastOffsetDelta())
                .recordCount(batch.recordCount())
                .baseTimestampMs(batch.baseTimestampMs())
                .maxTimestampMs(batch.maxTimestampMs())
                .producer(identity.id(), identity.epoch(), sequence)
                .records(batch.records())
                .build();
    }

    /** Two batches: the first {@code middle} records, and the others, numbered on. */
    static List<ProducedBatch> split(ProducedBatch batch, int middle) {
        Compression compression = Compression.byId(batch.compressionId()).orElseThrow();
        RecordCursor cursor = new RecordCursor(plain(batch, compression));
        RecordBatchBuilder builder = new RecordBatchBuilder(compression);
        ProducedBatch first = part(builder, cursor, batch, 0, middle);
        ProducedBatch second = part(builder, cursor, batch, middle, batch.recordCount());
        return List.of(first, second);
    }

    private static ProducedBatch part(
            RecordBatchBuilder builder,
            RecordCursor cursor,
            ProducedBatch batch,
            int from,
            int end) {
        builder.reset();
        for (int n = from; n < end && cursor.next(); n++) {
            builder.append(
                    batch.baseTimestampMs() + cursor.timestampDeltaMs(),
                    cursor.key(),
                    cursor.value(),
                    cursor.headers());
        }
        int sequence =
                batch.producerId() == 0
                        ? 0
                        : RecordBatchLayout.sequenceAfter(batch.baseSequence(), from);
        return builder.producer(batch.producerId(), batch.producerEpoch(), sequence).build();
    }

    private static ByteBuffer plain(ProducedBatch batch, Compression compression) {
        try {
            return compression.decompress(batch.records(), RecordBatchLayout.MAX_ENTRY_BYTES);
        } catch (CorruptRecordsException e) {
            throw new IllegalStateException("a batch of this producer cannot be read", e);
        }
    }
}
