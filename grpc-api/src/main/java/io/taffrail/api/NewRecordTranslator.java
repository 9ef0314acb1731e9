// SPDX-License-Identifier: Apache-2.0
package io.taffrail.api;

import com.google.protobuf.ByteString;
import io.taffrail.api.v1.NewRecord;
import io.taffrail.model.LogError;
import io.taffrail.model.batch.BatchFault;
import io.taffrail.model.batch.BatchFullException;
import io.taffrail.model.batch.RecordBatchBuilder;
import java.nio.ByteBuffer;

/** Plain records, which become part of a batch here. */
public final class NewRecordTranslator {
    private NewRecordTranslator() {}

    /**
     * Adds the record to the batch.
     *
     * @param nowMs the time of a record that has none of its own
     * @throws BatchRefusedException if it cannot be in the batch, which is then as it was: {@code
     *     BATCH_TOO_LARGE} if there is no room for it, else {@code INVALID_BATCH}
     */
    public static void appendTo(RecordBatchBuilder batch, NewRecord newRecord, long nowMs)
            throws BatchRefusedException {
        long timestampMs = newRecord.hasTimestampMs() ? newRecord.getTimestampMs() : nowMs;
        ByteBuffer key = newRecord.hasKey() ? view(newRecord.getKey()) : null;
        ByteBuffer value = newRecord.hasValue() ? view(newRecord.getValue()) : null;
        try {
            batch.append(
                    timestampMs, key, value, HeaderTranslator.toModel(newRecord.getHeadersList()));
        } catch (BatchFullException e) {
            throw refused(LogError.BATCH_TOO_LARGE, batch, e);
        } catch (IllegalArgumentException e) {
            throw refused(LogError.INVALID_BATCH, batch, e);
        }
    }

    private static BatchRefusedException refused(
            LogError error, RecordBatchBuilder batch, IllegalArgumentException why) {
        return new BatchRefusedException(
                new BatchFault(error, "records[" + batch.recordCount() + "]", why.getMessage()));
    }

    private static ByteBuffer view(ByteString bytes) {
        return bytes.asReadOnlyByteBuffer();
    }
}
