// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore.recovery;

import io.taffrail.logstore.files.DamagedFileException;
import io.taffrail.logstore.producer.ProducerSnapshot;
import io.taffrail.logstore.producer.ProducerStates;
import io.taffrail.logstore.segment.Segment;
import io.taffrail.logstore.segment.SegmentContext;
import java.io.IOException;
import java.util.List;

/** The producers of a log, from its last good snapshot and the entries since (P23). */
public final class ProducerRecovery {
    private ProducerRecovery() {}

    /**
     * Producers as of the end of the log, after it was opened or cut. Snapshots above the end, and
     * bad ones, are deleted.
     */
    public static ProducerStates atEnd(
            SegmentContext context, List<Segment> segments, List<String> notes) throws IOException {
        long endOffset = segments.get(segments.size() - 1).endOffset();
        for (ProducerSnapshot snapshot :
                ProducerSnapshot.list(context.files(), context.directory())) {
            if (snapshot.offset() > endOffset) {
                context.files().delete(snapshot.path());
                continue;
            }
            try {
                snapshot.read();
            } catch (DamagedFileException e) {
                notes.add(e.getMessage());
                context.files().delete(snapshot.path());
            }
        }
        return asOf(endOffset, context, segments);
    }

    /** Producers as of all entries that end at or below {@code offset}. */
    public static ProducerStates asOf(long offset, SegmentContext context, List<Segment> segments)
            throws IOException {
        ProducerStates producers = new ProducerStates();
        long from = segments.get(0).baseOffset();
        for (ProducerSnapshot snapshot :
                ProducerSnapshot.list(context.files(), context.directory())) {
            if (snapshot.offset() <= offset) {
                try {
                    producers = snapshot.read();
                    from = snapshot.offset();
                } catch (DamagedFileException e) {
                    // An older one, and the entries since, tell the same.
                }
            }
        }
        for (Segment segment : segments) {
            if (segment.endOffset() > from && segment.baseOffset() < offset) {
                SegmentEntries.visit(segment, from, offset, producers::stored);
            }
        }
        return producers;
    }
}
