// SPDX-License-Identifier: Apache-2.0
package io.taffrail.api;

import com.google.protobuf.ByteString;
import io.taffrail.api.v1.NewRecord;
import io.taffrail.model.LogError;
import io.taffrail.model.batch.BatchFault;
import io.taffrail.model.batch.RecordBatchBuilder;
import java.nio.ByteBuffer;

/** Plain records, which become part of a batch here. */
public final class NewRecordTranslator {
    private NewRecordTranslator() {}

    /**
     * Adds the record to the batch.
     *
     * @param nowMs the time of a record that has none of its own
     * @throws BatchRefusedException if it does not fit into the batch, which is then as it was
     */
    public static void appendTo(RecordBatchBuilder batch, NewRecord newRecord, long nowMs)
            throws BatchRefusedException {
        long timestampMs = newRecord.hasTimestampMs() ? newRecord.getTimestampMs() : nowMs;
        ByteBuffer key = newRecord.hasKey() ? view(newRecord.getKey()) : null;
        ByteBuffer value = newRecord.hasValue() ? view(newRecord.getValue()) : null;
        try {
            batch.append(
                    timestampMs, key, value, HeaderTranslator.toModel(newRecord.getHeadersList()));
        } catch (IllegalArgumentException e) {
            throw new BatchRefusedException(
                    new BatchFault(
                            LogError.INVALID_BATCH,
                            "records[" + batch.recordCount() + "]",
                            e.getMessage()));
        }
    }

    private static ByteBuffer view(ByteString bytes) {
        return bytes.asReadOnlyByteBuffer();
    }
}
