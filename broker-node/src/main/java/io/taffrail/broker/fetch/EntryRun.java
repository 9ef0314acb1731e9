// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.fetch;

import io.taffrail.model.batch.Compression;
import io.taffrail.model.batch.RecordBatchLayout;
import java.nio.ByteBuffer;
import java.util.Set;

/**
 * How many entries from the first one on can be sent as they are, by nothing but their headers.
 *
 * @param bytes of those entries
 * @param records in them
 * @param nextOffset one past the last of them
 * @param stop why the one after them is not among them
 */
record EntryRun(int bytes, long records, long nextOffset, Stop stop) {
    /** Why a run ends. */
    enum Stop {
        /** There is no further entry, or no credit for it. */
        DONE,
        /** The next one begins where the reader wants to end. */
        AT_END,
        /** The next one is not laid out as an entry. */
        DAMAGED,
        /** The next one alone would exceed the reader's messages. */
        TOO_LARGE,
        /** The reader cannot decompress the next one. */
        NOT_ACCEPTED
    }

    static EntryRun measure(ByteBuffer entries, ReadPlan plan, Set<Compression> accepted) {
        int at = 0;
        long records = 0;
        long nextOffset = plan.fromOffset();
        Stop stop = Stop.DONE;
        while (at < entries.limit() && plan.creditBytes() > at && plan.creditRecords() > records) {
            stop = whyNot(entries, at, plan, accepted);
            if (stop != Stop.DONE) {
                break;
            }
            nextOffset = RecordBatchLayout.endOffset(entries, at);
            records += RecordBatchLayout.recordCount(entries, at);
            at += RecordBatchLayout.entryBytes(entries, at);
        }
        return new EntryRun(at, records, nextOffset, stop);
    }

    private static Stop whyNot(
            ByteBuffer entries, int at, ReadPlan plan, Set<Compression> accepted) {
        if (!isWhole(entries, at)) {
            return Stop.DAMAGED;
        }
        if (RecordBatchLayout.baseOffset(entries, at) >= plan.endOffset()) {
            return Stop.AT_END;
        }
        int bytes = RecordBatchLayout.entryBytes(entries, at);
        if (bytes > plan.maxContentBytes()) {
            return Stop.TOO_LARGE;
        }
        boolean readable =
                Compression.byId(RecordBatchLayout.compressionId(entries, at))
                        .map(accepted::contains)
                        .orElse(false);
        return readable ? Stop.DONE : Stop.NOT_ACCEPTED;
    }

    /** Whether an entry is there in one piece, as far as its tag and its length say. */
    static boolean isWhole(ByteBuffer entries, int at) {
        int left = entries.limit() - at;
        return left >= RecordBatchLayout.HEADER_BYTES
                && entries.get(at) == RecordBatchLayout.ENTRY_TAG
                && RecordBatchLayout.lengthIsCanonical(entries, at)
                && RecordBatchLayout.entryBytes(entries, at) >= RecordBatchLayout.HEADER_BYTES
                && RecordBatchLayout.entryBytes(entries, at) <= left
                && RecordBatchLayout.recordCount(entries, at) >= 0;
    }
}
