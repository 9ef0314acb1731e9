// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore.recovery;

import io.taffrail.logstore.files.DamagedFileException;
import io.taffrail.logstore.producer.ProducerSnapshot;
import io.taffrail.logstore.producer.ProducerStates;
import io.taffrail.logstore.segment.Segment;
import io.taffrail.logstore.segment.SegmentContext;
import java.io.IOException;
import java.util.List;

/**
 * The producers of a log, from its last good snapshot and the entries since (P23): at opening, and
 * after a truncation.
 */
public final class ProducerRecovery {
    private ProducerRecovery() {}

    /**
     * Producers as of {@code endOffset}, the end of {@code segments}. Snapshots above it, and bad
     * ones, are deleted.
     *
     * @param notes takes what was found bad
     */
    public static ProducerStates run(
            SegmentContext context, List<Segment> segments, long endOffset, List<String> notes)
            throws IOException {
        ProducerStates producers = new ProducerStates();
        long from = segments.get(0).baseOffset();
        List<ProducerSnapshot> snapshots =
                ProducerSnapshot.list(context.files(), context.directory());
        for (int i = snapshots.size() - 1; i >= 0; i--) {
            ProducerSnapshot snapshot = snapshots.get(i);
            if (snapshot.offset() <= endOffset) {
                try {
                    producers = snapshot.read();
                    from = snapshot.offset();
                    break;
                } catch (DamagedFileException e) {
                    notes.add(e.getMessage());
                }
            }
            context.files().delete(snapshot.path());
        }
        for (Segment segment : segments) {
            if (segment.endOffset() > from) {
                SegmentEntries.visit(segment, from, producers::stored);
            }
        }
        return producers;
    }
}
