// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore;

import io.taffrail.logstore.LogReadResult.Damaged;
import io.taffrail.logstore.LogReadResult.OutOfRange;
import io.taffrail.logstore.files.DamagedFileException;
import io.taffrail.logstore.recovery.DamagedRange;
import io.taffrail.logstore.segment.DamagedEntryException;
import io.taffrail.logstore.segment.EntryScanner;
import io.taffrail.logstore.segment.EntryScanner.Depth;
import io.taffrail.logstore.segment.Segment;
import io.taffrail.logstore.segment.SegmentContext;
import io.taffrail.logstore.segment.TimestampType;
import io.taffrail.model.batch.EntryCheck;
import io.taffrail.model.batch.RecordBatchLayout;
import io.taffrail.model.batch.RecordCursor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Finds entries by offset and by time. Takes no lock: it looks at the list of segments as it is at
 * that moment, and looks again if a segment left the log meanwhile. Damage that it meets is
 * reported to the log, and served no more.
 */
final class LogReader {
    private final PartitionLog log;
    private final SegmentContext context;
    private final Slices slices;

    LogReader(PartitionLog log, SegmentContext context, Slices slices) {
        this.log = log;
        this.context = context;
        this.slices = slices;
    }

    LogReadResult read(long fromOffset, long endOffset, int maxBytes) throws IOException {
        return read(fromOffset, endOffset, maxBytes, log.logStartOffset());
    }

    /**
     * Where the entry begins that holds the log start: a replica takes it whole.
     *
     * @throws DamagedFileException if that entry is damaged: whoever began at the log start instead
     *     could not take the entry from anybody
     */
    long firstReadableOffset() throws IOException {
        long logStartOffset = log.logStartOffset();
        LogReadResult first = read(logStartOffset, Long.MAX_VALUE, 0);
        if (first instanceof Damaged damaged) {
            throw new DamagedFileException(context.directory(), damaged.damage().toString());
        }
        if (first instanceof LogSlice slice && slice.bytes() > 0) {
            try (slice) {
                ByteBuffer header = ByteBuffer.allocate(RecordBatchLayout.HEADER_BYTES);
                slice.read(0, header);
                return Math.min(logStartOffset, RecordBatchLayout.baseOffset(header, 0));
            }
        }
        return logStartOffset;
    }

    private LogReadResult read(long fromOffset, long endOffset, int maxBytes, long firstOffset)
            throws IOException {
        while (true) {
            long logEndOffset = log.logEndOffset();
            if (fromOffset < firstOffset || fromOffset > logEndOffset) {
                return new OutOfRange(log.logStartOffset(), logEndOffset);
            }
            long end = Math.min(endOffset, logEndOffset);
            for (DamagedRange range : log.damage()) {
                if (range.fromOffset() <= fromOffset && fromOffset < range.endOffset()) {
                    return new Damaged(range);
                }
                if (range.fromOffset() > fromOffset) {
                    end = Math.min(end, range.fromOffset());
                }
            }
            Optional<LogReadResult> result = find(fromOffset, end, maxBytes);
            if (result.isPresent()) {
                return result.get();
            }
            log.awaitChange();
        }
    }

    /** Empty if a segment has left the log since the list was read. */
    private Optional<LogReadResult> find(long fromOffset, long endOffset, int maxBytes)
            throws IOException {
        List<Segment> segments = log.segments();
        for (int i = indexOf(segments, fromOffset); i < segments.size(); i++) {
            Segment segment = segments.get(i);
            if (fromOffset >= endOffset || segment.baseOffset() >= endOffset) {
                break;
            }
            if (!segment.acquire()) {
                return Optional.empty();
            }
            boolean handedOver = false;
            int generation = segment.generation();
            try {
                Optional<Segment.Run> run = segment.find(fromOffset, endOffset, maxBytes);
                if (run.isPresent()) {
                    LogSlice slice = new LogSlice(slices, segment, generation, run.get());
                    slices.add(slice);
                    handedOver = true;
                    return Optional.of(slice);
                }
            } catch (DamagedEntryException e) {
                if (segment.generation() != generation) {
                    return Optional.empty(); // it was cut under the search
                }
                return Optional.of(new Damaged(damageAt(segment, e, fromOffset)));
            } finally {
                if (!handedOver) {
                    segment.release();
                }
            }
        }
        return Optional.of(LogSlice.empty(fromOffset));
    }

    private static int indexOf(List<Segment> segments, long offset) {
        int low = 0;
        int high = segments.size();
        while (high - low > 1) {
            int middle = (low + high) >>> 1;
            if (segments.get(middle).baseOffset() <= offset) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }

    LogReadResult readVerified(long fromOffset, long endOffset, int maxBytes) throws IOException {
        long firstOffset = log.logStartOffset();
        if (fromOffset < firstOffset) {
            firstOffset = firstReadableOffset();
        }
        LogReadResult result = read(fromOffset, endOffset, maxBytes, firstOffset);
        if (!(result instanceof LogSlice slice)) {
            return result;
        }
        ByteBuffer bytes = slice.copy();
        long expected = fromOffset;
        for (int at = 0; at < bytes.limit(); at += RecordBatchLayout.entryBytes(bytes, at)) {
            EntryCheck check =
                    EntryCheck.check(
                            bytes,
                            at,
                            bytes.limit(),
                            context.partition().topicId(),
                            context.partition().partition());
            if (check != EntryCheck.VALID) {
                try (slice) {
                    DamagedRange damage = damageAt(slice, at, expected, check);
                    return at == 0 ? new Damaged(damage) : slice.prefix(at, expected);
                }
            }
            expected = RecordBatchLayout.endOffset(bytes, at);
        }
        return slice;
    }

    private DamagedRange damageAt(LogSlice slice, int at, long expected, EntryCheck check)
            throws IOException {
        DamagedEntryException damage =
                new DamagedEntryException(
                        slice.segment().path(), slice.position() + at, expected, check);
        return damageAt(slice.segment(), damage, expected);
    }

    private DamagedRange damageAt(Segment segment, DamagedEntryException damage, long fromOffset)
            throws IOException {
        long logBytes = segment.summary().logBytes();
        EntryScanner scanner = segment.scan(Depth.HEADERS, damage.position(), logBytes);
        scanner.next();
        long from = Math.max(damage.expectedOffset(), segment.baseOffset());
        long end =
                scanner.findValidEntry(from, 0).isPresent()
                        ? RecordBatchLayout.baseOffset(scanner.buffer(), scanner.at())
                        : segment.endOffset();
        DamagedRange range =
                new DamagedRange(
                        DamagedRange.Kind.CORRUPT,
                        Math.min(from, fromOffset),
                        Math.max(end, fromOffset + 1),
                        damage.getMessage());
        log.foundDamage(range);
        return range;
    }

    /** Damage that somebody else met. */
    void foundDamage(DamagedEntryException met) throws IOException {
        for (Segment segment : log.segments()) {
            if (segment.path().equals(met.file()) && segment.acquire()) {
                try {
                    damageAt(segment, met, Math.max(met.expectedOffset(), segment.baseOffset()));
                } finally {
                    segment.release();
                }
            }
        }
    }

    /** Verifies what lies between; returns where to go on, the log start after the end. */
    long scrub(long fromOffset, long endOffset, int maxBytes) throws IOException {
        long from = Math.max(fromOffset, log.logStartOffset());
        if (from >= endOffset) {
            return log.logStartOffset();
        }
        LogReadResult result = readVerified(from, endOffset, maxBytes);
        if (result instanceof LogSlice slice) {
            slice.close();
            return slice.nextOffset() > from ? slice.nextOffset() : endOffset;
        }
        return result instanceof Damaged damaged
                ? damaged.damage().endOffset()
                : log.logStartOffset();
    }

    Optional<TimedOffset> offsetOfTime(long timestampMs, long endOffset) throws IOException {
        while (true) {
            Search search = searchByTime(timestampMs, endOffset);
            if (search.complete) {
                return search.found.filter(record -> record.offset() < endOffset);
            }
            log.awaitChange();
        }
    }

    /** What was found; not complete if a segment has left the log since the list was read. */
    private record Search(boolean complete, Optional<TimedOffset> found) {}

    private Search searchByTime(long timestampMs, long endOffset) throws IOException {
        for (Segment segment : log.segments()) {
            if (segment.baseOffset() >= endOffset) {
                break;
            }
            if (!segment.acquire()) {
                return new Search(false, Optional.empty());
            }
            try {
                Optional<TimedOffset> found = offsetOfTime(segment, timestampMs, endOffset);
                if (found.isPresent()) {
                    return new Search(true, found);
                }
            } finally {
                segment.release();
            }
        }
        return new Search(true, Optional.empty());
    }

    private Optional<TimedOffset> offsetOfTime(Segment segment, long timestampMs, long endOffset)
            throws IOException {
        OptionalLong position = segment.positionOfTime(timestampMs);
        if (position.isEmpty()) {
            return Optional.empty();
        }
        EntryScanner scanner =
                segment.scan(Depth.WHOLE, position.getAsLong(), segment.summary().logBytes());
        while (!scanner.atEnd()) {
            EntryCheck check = scanner.next();
            if (check != EntryCheck.VALID) {
                throw new DamagedEntryException(segment.path(), scanner.position(), -1, check);
            }
            Optional<TimedOffset> found = offsetOfTime(scanner.buffer(), scanner.at(), timestampMs);
            if (found.isPresent()
                    || RecordBatchLayout.baseOffset(scanner.buffer(), scanner.at()) >= endOffset) {
                return found;
            }
        }
        return Optional.empty();
    }

    /** The first record of an entry that is as late as asked for, and not below the log start. */
    private Optional<TimedOffset> offsetOfTime(ByteBuffer entry, int at, long timestampMs)
            throws IOException {
        TimestampType type = context.timestampType();
        if (type.maxTimestampMs(entry, at) < timestampMs) {
            return Optional.empty();
        }
        int leaderEpoch = RecordBatchLayout.leaderEpoch(entry, at);
        long baseOffset = RecordBatchLayout.baseOffset(entry, at);
        RecordCursor records = new RecordCursor(log.plainRecords(entry, at));
        while (records.next()) {
            long offset = baseOffset + records.offsetDelta();
            long recordMs =
                    type == TimestampType.APPEND
                            ? RecordBatchLayout.appendTimeMs(entry, at)
                            : RecordBatchLayout.baseTimestampMs(entry, at)
                                    + records.timestampDeltaMs();
            if (recordMs >= timestampMs && offset >= log.logStartOffset()) {
                return Optional.of(new TimedOffset(offset, recordMs, leaderEpoch));
            }
        }
        return Optional.empty();
    }
}
