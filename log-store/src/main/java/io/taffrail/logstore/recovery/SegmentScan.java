// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore.recovery;

import io.taffrail.logstore.epoch.LeaderEpochs;
import io.taffrail.logstore.files.FileSystem.OpenMode;
import io.taffrail.logstore.files.LogFile;
import io.taffrail.logstore.segment.EntryScanner;
import io.taffrail.logstore.segment.EntryScanner.Depth;
import io.taffrail.logstore.segment.SegmentContext;
import io.taffrail.logstore.segment.SegmentSummary;
import io.taffrail.model.batch.EntryCheck;
import io.taffrail.model.batch.RecordBatchLayout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads one segment from front to back: headers below the recovery point, every byte above it, and
 * compares offsets and epochs with what came before. Steps over damage that something valid
 * follows, and stops at damage that nothing follows. It changes nothing.
 */
final class SegmentScan {
    private final SegmentContext context;
    private final LeaderEpochs epochs;
    private final Path path;
    private final List<DamagedRange> damage = new ArrayList<>();

    private SegmentSummary summary;
    private BadTail badTail;
    private long expectedOffset;
    private int lastEpoch;
    private long bytesVerified;

    /**
     * What stands at the end of the file and is no entry.
     *
     * @param bytes from the end of the last valid entry to the end of the file
     * @param runsPastTheEnd whether the file is too short for the entry: it was never written
     *     whole, so never acknowledged
     */
    record BadTail(long position, long bytes, EntryCheck check, boolean runsPastTheEnd) {}

    /**
     * Scans the segment at {@code baseOffset}.
     *
     * @param epochs takes each epoch that is found
     * @param lastEpoch of the entry before this segment; -1 if there is none
     * @throws NewerFormatException if an intact entry cannot be understood
     */
    static SegmentScan run(
            SegmentContext context,
            LeaderEpochs epochs,
            long baseOffset,
            int lastEpoch,
            long recoveryPoint)
            throws IOException {
        SegmentScan scan = new SegmentScan(context, epochs, baseOffset, lastEpoch);
        try (LogFile file = context.files().open(scan.path, OpenMode.READ)) {
            long size = file.size();
            long position = scan.scan(file, Depth.HEADERS, 0, size, recoveryPoint);
            scan.scan(file, Depth.WHOLE, position, size, Long.MAX_VALUE);
        }
        return scan;
    }

    private SegmentScan(
            SegmentContext context, LeaderEpochs epochs, long baseOffset, int lastEpoch) {
        this.context = context;
        this.epochs = epochs;
        this.path = context.file(baseOffset, SegmentContext.LOG_SUFFIX);
        this.summary = SegmentSummary.empty(baseOffset);
        this.expectedOffset = baseOffset;
        this.lastEpoch = lastEpoch;
    }

    /**
     * Scans entries that end at or below {@code untilOffset}; returns the position after the last
     * of them.
     */
    private long scan(LogFile file, Depth depth, long from, long size, long untilOffset)
            throws IOException {
        EntryScanner scanner = new EntryScanner(file, context.partition(), depth, from, size);
        while (!scanner.atEnd() && expectedOffset < untilOffset) {
            EntryCheck check = scanner.next();
            if (check == EntryCheck.VALID && continues(scanner)) {
                if (RecordBatchLayout.endOffset(scanner.buffer(), scanner.at()) > untilOffset) {
                    return scanner.position(); // none ends there: its header alone is no proof
                }
                take(scanner, depth);
                continue;
            }
            if (check == EntryCheck.NEWER_FORMAT) {
                throw new NewerFormatException(path, scanner.position());
            }
            long bad = scanner.position();
            Optional<Long> next = scanner.findValidEntry(expectedOffset, Math.max(lastEpoch, 0));
            if (next.isEmpty()) {
                badTail = new BadTail(bad, size - bad, check, check == EntryCheck.INCOMPLETE);
                return size;
            }
            damage.add(
                    new DamagedRange(
                            DamagedRange.Kind.CORRUPT,
                            expectedOffset,
                            RecordBatchLayout.baseOffset(scanner.buffer(), scanner.at()),
                            path + ", bytes " + bad + " to " + next.get() + ": " + check));
            expectedOffset = RecordBatchLayout.baseOffset(scanner.buffer(), scanner.at());
            scanner = new EntryScanner(file, context.partition(), depth, next.get(), size);
        }
        return scanner.nextPosition();
    }

    /**
     * An intact entry that goes back in offsets or epochs was left here by something else than an
     * append.
     */
    private boolean continues(EntryScanner scanner) {
        return RecordBatchLayout.baseOffset(scanner.buffer(), scanner.at()) >= expectedOffset
                && RecordBatchLayout.leaderEpoch(scanner.buffer(), scanner.at()) >= lastEpoch;
    }

    private void take(EntryScanner scanner, Depth depth) {
        // Where the entry before ends: compaction may have taken the first entries of an epoch, and
        // never the last one.
        epochs.found(RecordBatchLayout.leaderEpoch(scanner.buffer(), scanner.at()), expectedOffset);
        summary =
                summary.plus(
                        scanner.buffer(),
                        scanner.at(),
                        scanner.nextPosition(),
                        context.timestampType().maxTimestampMs(scanner.buffer(), scanner.at()));
        expectedOffset = summary.endOffset();
        lastEpoch = summary.lastEpoch();
        if (depth == Depth.WHOLE) {
            bytesVerified += scanner.nextPosition() - scanner.position();
        }
    }

    /** Of all valid entries, those behind damage included. */
    SegmentSummary summary() {
        return summary;
    }

    /** Damage that something valid follows. */
    List<DamagedRange> damage() {
        return damage;
    }

    Optional<BadTail> badTail() {
        return Optional.ofNullable(badTail);
    }

    int lastEpoch() {
        return lastEpoch;
    }

    long bytesVerified() {
        return bytesVerified;
    }

    Path path() {
        return path;
    }
}
