// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.produce;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taffrail.api.RecordBatchTranslator;
import io.taffrail.api.v1.RecordBatch;
import io.taffrail.logstore.LogReadResult;
import io.taffrail.logstore.LogSlice;
import io.taffrail.logstore.PartitionLog;
import io.taffrail.model.batch.Compression;
import io.taffrail.model.batch.RecordBatchBuilder;
import io.taffrail.model.batch.RecordBatchLayout;
import io.taffrail.model.batch.RecordCursor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Batches of text, and what a log holds of them. */
final class TestBatches {
    private TestBatches() {}

    static RecordBatch batch(Compression compression, String... values) {
        return build(new RecordBatchBuilder(compression), values);
    }

    static RecordBatch batch(long producerId, int epoch, int sequence, String... values) {
        return build(
                new RecordBatchBuilder(Compression.NONE).producer(producerId, epoch, sequence),
                values);
    }

    private static RecordBatch build(RecordBatchBuilder builder, String... values) {
        for (String value : values) {
            builder.append(1000, null, value.getBytes(UTF_8), List.of());
        }
        return RecordBatchTranslator.toProto(builder.build());
    }

    /** The values of all records, in the order of their offsets. */
    static List<String> read(PartitionLog log) throws IOException {
        List<String> values = new ArrayList<>();
        long next = log.logStartOffset();
        while (next < log.logEndOffset()) {
            LogReadResult result = log.read(next, Long.MAX_VALUE, 1 << 20);
            if (!(result instanceof LogSlice slice)) {
                throw new AssertionError("cannot read at " + next + ": " + result);
            }
            try (slice) {
                collect(slice.copy(), values);
                next = slice.nextOffset();
            }
        }
        return values;
    }

    private static void collect(ByteBuffer entries, List<String> values) throws IOException {
        for (int at = 0; at < entries.limit(); at += RecordBatchLayout.entryBytes(entries, at)) {
            ByteBuffer stored =
                    entries.slice(
                            at + RecordBatchLayout.RECORDS_POSITION,
                            RecordBatchLayout.recordsBytes(entries, at));
            Compression compression =
                    Compression.byId(RecordBatchLayout.compressionId(entries, at)).orElseThrow();
            RecordCursor records =
                    new RecordCursor(
                            compression == Compression.NONE
                                    ? stored
                                    : compression.decompress(stored, 1 << 24));
            while (records.next()) {
                values.add(UTF_8.decode(records.value()).toString());
            }
        }
    }
}
