// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taffrail.model.batch.RecordBatchLayout;
import io.taffrail.model.batch.RecordCursor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Reads the values out of uncompressed entries; "null" is that of a tombstone. */
final class Entries {
    private Entries() {}

    static List<String> values(ByteBuffer entries) {
        List<String> values = new ArrayList<>();
        int at = 0;
        while (at < entries.limit()) {
            RecordCursor cursor =
                    new RecordCursor(
                            entries.slice(
                                    at + RecordBatchLayout.RECORDS_POSITION,
                                    RecordBatchLayout.recordsBytes(entries, at)));
            while (cursor.next()) {
                values.add(cursor.hasValue() ? UTF_8.decode(cursor.value()).toString() : "null");
            }
            at += RecordBatchLayout.entryBytes(entries, at);
        }
        return values;
    }
}
