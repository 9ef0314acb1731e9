// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore;

import io.taffrail.logstore.compaction.CompactionSwap;
import io.taffrail.logstore.compaction.OffsetMap;
import io.taffrail.logstore.files.FileSystem.OpenMode;
import io.taffrail.logstore.files.LogFile;
import io.taffrail.logstore.producer.ProducerStates;
import io.taffrail.logstore.segment.DamagedEntryException;
import io.taffrail.logstore.segment.EntryScanner;
import io.taffrail.logstore.segment.EntryScanner.Depth;
import io.taffrail.logstore.segment.Segment;
import io.taffrail.logstore.segment.SegmentContext;
import io.taffrail.logstore.segment.SegmentSummary;
import io.taffrail.model.batch.EntryCheck;
import io.taffrail.model.batch.EntryRewriter;
import io.taffrail.model.batch.RecordBatchLayout;
import io.taffrail.model.batch.RecordCursor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Keeps the last record of each key (P22). A pass reads the closed segments below the high
 * watermark that no pass has seen, notes each key's latest offset, then rewrites all segments below
 * without what is superseded; small neighbours become one. The log is appended to and read
 * meanwhile; one pass at a time on a log.
 *
 * <p>What is kept as a husk, an entry without records: the last entry of each rewritten file and of
 * each leader epoch, so that segments join and epochs keep their ends; and each producer's last
 * entry of what a pass covers, so that its retries are recognised (P23): a later one above the high
 * watermark may be cut yet.
 */
public final class LogCompactor {
    private final PartitionLog log;
    private final SegmentContext context;
    private final int mapBytes;
    private final EntryRewriter rewriter;

    /**
     * What a pass did.
     *
     * @param compactedEndOffset all below it went through a pass
     */
    public record Result(
            long bytesRead, long bytesWritten, long tombstonesDropped, long compactedEndOffset) {}

    /** The pass at hand: what the steps below hand to each other. */
    private static final class Pass {
        private final long nowMs;
        private final long tombstoneEndOffset;
        private OffsetMap latest;
        private ProducerStates producers; // as of the next
        private long mappedEndOffset;
        private long bytesRead;
        private long bytesWritten;
        private long tombstonesDropped;
        private long highestTombstoneDropped = -1;

        private Pass(long nowMs, long tombstoneEndOffset) {
            this.nowMs = nowMs;
            this.tombstoneEndOffset = tombstoneEndOffset;
        }
    }

    /**
     * A compactor of {@code log} that holds keys in up to {@code mapBytes} of memory; more keys
     * take more passes.
     */
    public LogCompactor(PartitionLog log, int mapBytes) {
        this.log = log;
        this.context = log.context();
        this.mapBytes = mapBytes;
        this.rewriter =
                new EntryRewriter(
                        context.partition().topicId(),
                        context.partition().partition(),
                        log.config().batchLimits().maxDecompressedBytes());
    }

    /**
     * Makes a pass.
     *
     * @param tombstoneEndOffset tombstones at or above it stay, however old: up to here every
     *     assigned replica has acknowledged and compacted (P22)
     * @throws DamagedEntryException if an entry on the way is damaged; what was rewritten until
     *     then stands
     */
    public Result run(long nowMs, long tombstoneEndOffset) throws IOException {
        Pass pass = new Pass(nowMs, tombstoneEndOffset);
        List<Segment> segments = log.compactableSegments();
        if (!segments.isEmpty()) {
            noteLatestOffsets(segments, pass);
            for (List<Segment> group : groups(segments, pass.mappedEndOffset)) {
                rewrite(group, pass);
            }
            log.compactedTo(pass.mappedEndOffset);
        }
        return new Result(
                pass.bytesRead,
                pass.bytesWritten,
                pass.tombstonesDropped,
                log.compactedEndOffset());
    }

    private void noteLatestOffsets(List<Segment> segments, Pass pass) throws IOException {
        long compactedEndOffset = log.compactedEndOffset();
        List<Segment> unseen =
                segments.stream().filter(s -> s.endOffset() > compactedEndOffset).toList();
        pass.latest = mapFor(unseen);
        pass.mappedEndOffset = compactedEndOffset;
        pass.producers =
                log.producersAsOf(
                        unseen.isEmpty()
                                ? segments.get(segments.size() - 1).endOffset()
                                : unseen.get(0).baseOffset());
        for (Segment segment : unseen) {
            if (!noteLatestOffsets(segment, pass)) {
                return;
            }
        }
    }

    /** No larger than it can get: most passes find little that is new, on many logs. */
    private OffsetMap mapFor(List<Segment> unseen) {
        long records =
                unseen.stream()
                        .mapToLong(segment -> segment.endOffset() - segment.baseOffset())
                        .sum();
        return new OffsetMap((int) Math.min(mapBytes, OffsetMap.bytesFor(records)));
    }

    /** False when there is no room for more keys. */
    private boolean noteLatestOffsets(Segment segment, Pass pass) throws IOException {
        long from = Math.max(pass.mappedEndOffset, log.logStartOffset());
        return forEachEntry(
                segment,
                (entry, at, last) -> {
                    pass.bytesRead += RecordBatchLayout.entryBytes(entry, at);
                    RecordCursor records = new RecordCursor(log.plainRecords(entry, at));
                    while (records.next()) {
                        long offset =
                                RecordBatchLayout.baseOffset(entry, at) + records.offsetDelta();
                        if (offset >= from
                                && records.hasKey()
                                && !pass.latest.put(records.key(), offset)) {
                            return false;
                        }
                    }
                    pass.producers.stored(entry, at);
                    pass.mappedEndOffset = RecordBatchLayout.endOffset(entry, at);
                    return true;
                });
    }

    /**
     * Neighbours that fit into one segment together. Only whole segments of which all keys are
     * noted.
     */
    private List<List<Segment>> groups(List<Segment> segments, long mappedEndOffset) {
        List<List<Segment>> groups = new ArrayList<>();
        List<Segment> group = new ArrayList<>();
        long bytes = 0;
        for (Segment segment : segments) {
            if (segment.baseOffset() >= mappedEndOffset) {
                break;
            }
            long size = segment.summary().logBytes();
            boolean tooFar =
                    !group.isEmpty()
                            && segment.endOffset() - group.get(0).baseOffset() > Integer.MAX_VALUE;
            if (!group.isEmpty() && (bytes + size > log.config().segmentBytes() || tooFar)) {
                groups.add(group);
                group = new ArrayList<>();
                bytes = 0;
            }
            group.add(segment);
            bytes += size;
        }
        groups.add(group);
        groups.removeIf(List::isEmpty);
        return groups;
    }

    private void rewrite(List<Segment> group, Pass pass) throws IOException {
        long base = group.get(0).baseOffset();
        long before = group.stream().mapToLong(segment -> segment.summary().logBytes()).sum();
        SegmentSummary[] summary = {SegmentSummary.empty(base)};
        boolean whole = true;
        try (LogFile file =
                context.files().open(CompactionSwap.newFile(context, base), OpenMode.CREATE)) {
            file.truncate(0);
            for (Segment segment : group) {
                boolean lastOfGroup = segment == group.get(group.size() - 1);
                whole &=
                        forEachEntry(
                                segment,
                                (entry, at, last) -> {
                                    pass.bytesRead += RecordBatchLayout.entryBytes(entry, at);
                                    boolean husk = last.ofEpoch || (last.ofSegment && lastOfGroup);
                                    Optional<ByteBuffer> kept = rewrite(entry, at, husk, pass);
                                    if (kept.isPresent()) {
                                        summary[0] = write(file, kept.get(), summary[0]);
                                    }
                                    return true;
                                });
            }
            file.force();
        }
        pass.bytesWritten += summary[0].logBytes();
        CompactionSwap swap =
                new CompactionSwap(
                        context, group.stream().map(Segment::baseOffset).toList(), summary[0]);
        if (!whole || (group.size() == 1 && summary[0].logBytes() == before)) {
            swap.abandon();
            return;
        }
        if (pass.highestTombstoneDropped >= 0) {
            log.raiseTombstoneHorizon(pass.highestTombstoneDropped + 1);
        }
        log.replace(group, swap);
    }

    private SegmentSummary write(LogFile file, ByteBuffer entry, SegmentSummary before)
            throws IOException {
        ByteBuffer bytes = entry.slice();
        SegmentSummary after =
                before.plus(
                        bytes,
                        0,
                        before.logBytes() + bytes.remaining(),
                        context.timestampType().maxTimestampMs(bytes, 0));
        file.write(before.logBytes(), bytes);
        return after;
    }

    private Optional<ByteBuffer> rewrite(ByteBuffer entry, int at, boolean husk, Pass pass) {
        long producerId = RecordBatchLayout.producerId(entry, at);
        boolean lastOfProducer =
                producerId != 0
                        && pass.producers
                                .lastOffset(producerId)
                                .equals(OptionalLong.of(RecordBatchLayout.lastOffset(entry, at)));
        long appendTimeMs = RecordBatchLayout.appendTimeMs(entry, at);
        boolean tombstonesOld =
                pass.nowMs - appendTimeMs > log.config().deleteRetention().toMillis();
        return rewriter.rewrite(
                entry,
                at,
                (record, offset) -> keep(record, offset, tombstonesOld, pass),
                husk || lastOfProducer || isUnseen(entry, at, pass));
    }

    private static boolean isUnseen(ByteBuffer entry, int at, Pass pass) {
        return RecordBatchLayout.baseOffset(entry, at) >= pass.mappedEndOffset;
    }

    private boolean keep(RecordCursor record, long offset, boolean tombstonesOld, Pass pass) {
        if (!record.hasKey() || offset >= pass.mappedEndOffset) {
            return true;
        }
        if (offset < pass.latest.latestOffset(record.key())) {
            return false;
        }
        if (record.hasValue() || !tombstonesOld || offset >= pass.tombstoneEndOffset) {
            return true;
        }
        pass.tombstonesDropped++;
        pass.highestTombstoneDropped = Math.max(pass.highestTombstoneDropped, offset);
        return false;
    }

    /** What an entry is the last of. */
    private record LastOf(boolean ofEpoch, boolean ofSegment) {}

    private interface EntryVisitor {
        /** False to stop. */
        boolean visit(ByteBuffer entry, int at, LastOf last) throws IOException;
    }

    /**
     * Visits the verified entries of a segment; false if the visitor stopped, or the segment left
     * the log.
     */
    private boolean forEachEntry(Segment segment, EntryVisitor visitor) throws IOException {
        if (!segment.acquire()) {
            return false;
        }
        try {
            long logBytes = segment.summary().logBytes();
            EntryScanner scanner = segment.scan(Depth.WHOLE, 0, logBytes);
            long expected = segment.baseOffset();
            while (!scanner.atEnd()) {
                EntryCheck check = scanner.next();
                if (check != EntryCheck.VALID) {
                    throw new DamagedEntryException(
                            segment.path(), scanner.position(), expected, check);
                }
                expected = RecordBatchLayout.endOffset(scanner.buffer(), scanner.at());
                int epoch = RecordBatchLayout.leaderEpoch(scanner.buffer(), scanner.at());
                boolean endsEpoch =
                        log.endOfEpoch(epoch).map(end -> end.offset()).orElse(-1L) == expected;
                LastOf last = new LastOf(endsEpoch, scanner.atEnd());
                if (!visitor.visit(scanner.buffer(), scanner.at(), last)) {
                    return false;
                }
            }
            return true;
        } finally {
            segment.release();
        }
    }
}
