// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore.inspect;

import io.taffrail.model.batch.EntryCheck;
import io.taffrail.model.batch.RecordBatchLayout;
import java.nio.ByteBuffer;
import java.util.OptionalLong;

/** What {@link LogWalk} meets, one after the other. */
public sealed interface LogStep {
    /** The file that what follows is in. */
    SegmentFile segment();

    /** The walk enters a file. */
    record SegmentBegins(SegmentFile segment) implements LogStep {}

    /**
     * A whole entry, both checksums right, whose offsets and epoch follow what was before.
     *
     * @param buffer holds the entry at {@code at}, until the next step
     * @param position in the file
     */
    record Entry(SegmentFile segment, ByteBuffer buffer, int at, long position) implements LogStep {
        public int bytes() {
            return RecordBatchLayout.entryBytes(buffer, at);
        }

        public long baseOffset() {
            return RecordBatchLayout.baseOffset(buffer, at);
        }

        public long endOffset() {
            return RecordBatchLayout.endOffset(buffer, at);
        }
    }

    /**
     * Bytes that are no entry of this log.
     *
     * @param position of the first of them
     * @param endPosition of the next valid entry, else the end of the file
     * @param check what is wrong at the first; {@link EntryCheck#VALID} if an intact entry stands
     *     there that goes back in offsets or epochs
     * @param expectedOffset the first offset that cannot be read
     * @param nextOffset where the log goes on in this file, if it does
     */
    record Damage(
            SegmentFile segment,
            long position,
            long endPosition,
            EntryCheck check,
            long expectedOffset,
            OptionalLong nextOffset)
            implements LogStep {
        /** Whether it may be an append that was not finished, or is not yet. */
        public boolean isUnfinishedAppend() {
            return check == EntryCheck.INCOMPLETE && nextOffset.isEmpty();
        }

        /** In a word. */
        public String reason() {
            return check == EntryCheck.VALID ? "OUT_OF_ORDER" : check.name();
        }
    }

    /**
     * A file that does not begin where the one before ended. One that begins below is passed over.
     */
    record Misplaced(SegmentFile segment, long expectedOffset) implements LogStep {}
}
