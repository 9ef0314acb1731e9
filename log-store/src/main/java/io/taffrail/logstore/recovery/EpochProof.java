// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore.recovery;

import io.taffrail.logstore.epoch.LeaderEpochs;
import io.taffrail.logstore.segment.EntryScanner;
import io.taffrail.logstore.segment.EntryScanner.Depth;
import io.taffrail.logstore.segment.Segment;
import io.taffrail.model.batch.EntryCheck;
import io.taffrail.model.batch.RecordBatchLayout;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Compares epochs with the entries of closed segments by a few probes. Epochs never decrease along
 * a log (I1): if the entries on both sides of each boundary, and the first and the last of all,
 * have the epochs that are claimed, so have all between.
 */
final class EpochProof {
    private EpochProof() {}

    /**
     * Whether {@code epochs} says what the entries of {@code segments}, none of which is empty,
     * say.
     */
    static boolean holds(LeaderEpochs epochs, List<Segment> segments) throws IOException {
        if (segments.isEmpty()) {
            return epochs.startOffsets().isEmpty();
        }
        long first = segments.get(0).baseOffset();
        long end = segments.get(segments.size() - 1).endOffset();
        if (!holdsAt(first, false, epochs, segments) || !holdsAt(end - 1, true, epochs, segments)) {
            return false;
        }
        for (long boundary : epochs.startOffsets().values()) {
            if (boundary > first
                    && (!holdsAt(boundary - 1, true, epochs, segments)
                            || !holdsAt(boundary, false, epochs, segments))) {
                return false;
            }
        }
        return true;
    }

    /**
     * Whether the entry that holds {@code offset} has the epoch that is claimed. Compaction keeps
     * the last entry of each epoch, so there must be one at the end of it; where its first entry is
     * gone, the next one speaks for it.
     */
    private static boolean holdsAt(
            long offset, boolean mustBeThere, LeaderEpochs epochs, List<Segment> segments)
            throws IOException {
        Optional<Segment> holder =
                segments.stream()
                        .filter(s -> s.baseOffset() <= offset && offset < s.endOffset())
                        .findFirst();
        if (holder.isEmpty()) {
            return false;
        }
        Segment segment = holder.get();
        segment.acquire();
        try {
            long position = segment.positionOf(offset);
            EntryScanner scanner =
                    segment.scan(Depth.HEADERS, position, segment.summary().logBytes());
            if (scanner.atEnd() || scanner.next() != EntryCheck.VALID) {
                return false;
            }
            int epoch = RecordBatchLayout.leaderEpoch(scanner.buffer(), scanner.at());
            long baseOffset = RecordBatchLayout.baseOffset(scanner.buffer(), scanner.at());
            boolean there = baseOffset <= offset;
            return (there || !mustBeThere)
                    && epochs.epochOf(Math.max(offset, baseOffset)).equals(OptionalInt.of(epoch));
        } finally {
            segment.release();
        }
    }
}
