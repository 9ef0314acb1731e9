// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore.segment;

import io.taffrail.model.batch.RecordBatchLayout;
import java.nio.ByteBuffer;

/** Which time of a record is indexed, searched and shown: a topic's setting {@code timestamp}. */
public enum TimestampType {
    /** The time that the producer gave the record. */
    CREATE(0) {
        @Override
        public long maxTimestampMs(ByteBuffer entry, int at) {
            return RecordBatchLayout.maxTimestampMs(entry, at);
        }
    },
    /** The leader's clock when it appended the batch. */
    APPEND(1) {
        @Override
        public long maxTimestampMs(ByteBuffer entry, int at) {
            return RecordBatchLayout.appendTimeMs(entry, at);
        }
    };

    private final int code;

    TimestampType(int code) {
        this.code = code;
    }

    /** How an index file says it. */
    short code() {
        return (short) code;
    }

    /** The latest timestamp of the records of an entry, in milliseconds. */
    public abstract long maxTimestampMs(ByteBuffer entry, int at);
}
