// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore.recovery;

import static io.taffrail.model.Invariants.check;

import io.taffrail.logstore.segment.EntryScanner;
import io.taffrail.logstore.segment.EntryScanner.Depth;
import io.taffrail.logstore.segment.Segment;
import io.taffrail.model.batch.EntryCheck;
import io.taffrail.model.batch.RecordBatchLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The headers of a segment's entries, one after the other; damage, which is known of by now, is
 * stepped over.
 */
final class SegmentEntries {
    interface Visitor {
        void visit(ByteBuffer buffer, int at);
    }

    private SegmentEntries() {}

    /** Visits the entries that end above {@code from} and at or below {@code endOffset}. */
    static void visit(Segment segment, long from, long endOffset, Visitor visitor)
            throws IOException {
        check(
                segment.acquire(),
                "%s has left the log",
                segment.path()); // the caller holds the log's lock
        try {
            long logBytes = segment.summary().logBytes();
            EntryScanner scanner = segment.scan(Depth.HEADERS, 0, logBytes);
            while (!scanner.atEnd()) {
                if (scanner.next() != EntryCheck.VALID) {
                    Optional<Long> next = scanner.findValidEntry(segment.baseOffset(), 0);
                    if (next.isEmpty()) {
                        return;
                    }
                    scanner = segment.scan(Depth.HEADERS, next.get(), logBytes);
                    continue;
                }
                long entryEnd = RecordBatchLayout.endOffset(scanner.buffer(), scanner.at());
                if (entryEnd > endOffset) {
                    return;
                }
                if (entryEnd > from) {
                    visitor.visit(scanner.buffer(), scanner.at());
                }
            }
        } finally {
            segment.release();
        }
    }
}
