// SPDX-License-Identifier: Apache-2.0
package io.taffrail.api;

import com.google.protobuf.ByteString;
import io.taffrail.api.v1.ConsumedRecord;
import io.taffrail.model.batch.RecordBatchLayout;
import io.taffrail.model.batch.RecordCursor;
import java.nio.ByteBuffer;

/** Single records out of stored entries. */
public final class ConsumedRecordTranslator {
    private ConsumedRecordTranslator() {}

    /**
     * The record that the cursor stands on. Key, value and headers are copied, so that the buffers
     * may be used again.
     *
     * @param entry holds the header of the entry that the records are of, at {@code at}
     */
    public static ConsumedRecord toProto(ByteBuffer entry, int at, RecordCursor cursor) {
        ConsumedRecord.Builder consumed =
                ConsumedRecord.newBuilder()
                        .setOffset(RecordBatchLayout.baseOffset(entry, at) + cursor.offsetDelta())
                        .setLeaderEpoch(RecordBatchLayout.leaderEpoch(entry, at))
                        .setTimestampMs(
                                RecordBatchLayout.baseTimestampMs(entry, at)
                                        + cursor.timestampDeltaMs())
                        .setAppendTimeMs(RecordBatchLayout.appendTimeMs(entry, at));
        if (cursor.hasKey()) {
            consumed.setKey(ByteString.copyFrom(cursor.key()));
        }
        if (cursor.hasValue()) {
            consumed.setValue(ByteString.copyFrom(cursor.value()));
        }
        consumed.addAllHeaders(HeaderTranslator.toProto(cursor.headers()));
        return consumed.build();
    }
}
