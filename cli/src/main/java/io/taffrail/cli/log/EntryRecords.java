// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.log;

import io.taffrail.logstore.inspect.LogStep;
import io.taffrail.model.batch.Compression;
import io.taffrail.model.batch.RecordBatchLayout;
import io.taffrail.model.batch.RecordCursor;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The records inside an entry. */
final class EntryRecords {
    /** What the validator lets a batch grow to is far below, so only an array's size is a limit. */
    private static final int MAX_DECOMPRESSED_BYTES = Integer.MAX_VALUE - 64;

    private EntryRecords() {}

    static RecordCursor of(LogStep.Entry entry) throws IOException {
        ByteBuffer records =
                entry.buffer()
                        .slice(
                                entry.at() + RecordBatchLayout.RECORDS_POSITION,
                                RecordBatchLayout.recordsBytes(entry.buffer(), entry.at()));
        return new RecordCursor(compression(entry).decompress(records, MAX_DECOMPRESSED_BYTES));
    }

    static Compression compression(LogStep.Entry entry) {
        int id = RecordBatchLayout.compressionId(entry.buffer(), entry.at());
        return Compression.byId(id).orElseThrow(); // a valid entry has one that is known
    }
}
