// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore.segment;

import static io.taffrail.model.Invariants.check;

import io.taffrail.logstore.files.DamagedFileException;
import io.taffrail.logstore.files.DiskFullException;
import io.taffrail.logstore.files.FileSystem.OpenMode;
import io.taffrail.logstore.files.LogFile;
import io.taffrail.logstore.segment.EntryScanner.Depth;
import io.taffrail.model.batch.EntryCheck;
import io.taffrail.model.batch.RecordBatchLayout;
import java.io.IOException;
import java.lang.ref.SoftReference;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A file that holds a run of the log, with its indexes. The last segment of a log is active: it
 * alone is appended to, by the thread that owns the log at that moment, and its indexes are in
 * memory only. Closing it writes them. A closed segment holds no file handle while nobody reads it.
 *
 * <p>Readers, on any thread, see what {@link #summary} says at that moment. They {@link #acquire}
 * the segment first, and what they read stays readable until they {@link #release} it, also if the
 * file is deleted or replaced in between.
 */
public final class Segment {
    private final SegmentContext context;
    private final long baseOffset;
    private final Path path;

    private volatile SegmentSummary summary;
    private final AtomicInteger generation = new AtomicInteger();
    private volatile SegmentIndexes activeIndexes; // null once closed
    private volatile SoftReference<SegmentIndexes> closedIndexes = new SoftReference<>(null);

    /** Guards the three below: how the file is held open. */
    private final Object handle = new Object();

    private LogFile file;
    private final List<LogFile> superseded = new ArrayList<>(); // readers may be in them
    private int users;
    private boolean retired;

    private Segment(SegmentContext context, long baseOffset, SegmentSummary summary) {
        this.context = context;
        this.baseOffset = baseOffset;
        this.path = context.file(baseOffset, SegmentContext.LOG_SUFFIX);
        this.summary = summary;
    }

    /** A new, empty, active segment. Its name is durable after the directory is forced. */
    public static Segment create(SegmentContext context, long baseOffset) throws IOException {
        Segment segment = new Segment(context, baseOffset, SegmentSummary.empty(baseOffset));
        segment.activate(new SegmentIndexes(context.indexIntervalBytes()), OpenMode.CREATE);
        return segment;
    }

    /**
     * The segment in a file that is there already, closed; {@code summary} is known to be true of
     * it.
     */
    public static Segment closed(SegmentContext context, long baseOffset, SegmentSummary summary) {
        return new Segment(context, baseOffset, summary);
    }

    /**
     * Reads the summary that was written when the segment was closed; empty if there is none that
     * fits the log file, and the segment has to be scanned.
     */
    public static Optional<SegmentSummary> readSummary(SegmentContext context, long baseOffset)
            throws IOException {
        try {
            SegmentSummary summary =
                    context.indexFile(baseOffset, IndexFile.Kind.OFFSET).readSummary();
            long logBytes =
                    context.files().size(context.file(baseOffset, SegmentContext.LOG_SUFFIX));
            return logBytes == summary.logBytes() ? Optional.of(summary) : Optional.empty();
        } catch (NoSuchFileException | DamagedFileException e) {
            return Optional.empty();
        }
    }

    /**
     * Makes a closed segment the active one again: what opening a log does with its last segment,
     * and truncation.
     */
    public void reopen() throws IOException {
        if (activeIndexes != null) {
            return;
        }
        SegmentIndexes indexes = indexes();
        deleteIndexes(context, baseOffset);
        activate(indexes, OpenMode.READ_WRITE);
    }

    private void activate(SegmentIndexes indexes, OpenMode mode) throws IOException {
        synchronized (handle) {
            if (file != null) {
                superseded.add(file);
            }
            file = context.files().open(path, mode);
            users++;
        }
        activeIndexes = indexes;
    }

    public long baseOffset() {
        return baseOffset;
    }

    public Path path() {
        return path;
    }

    public SegmentSummary summary() {
        return summary;
    }

    public long endOffset() {
        return summary.endOffset();
    }

    /** Changes when the segment is cut: what was found in it before may be gone. */
    public int generation() {
        return generation.get();
    }

    public boolean isEmpty() {
        return summary.logBytes() == 0;
    }

    // Appending: the owner of the log

    /** An entry's header: the bytes are at {@code at} of {@code buffer}. */
    public record EntryHeader(ByteBuffer buffer, int at) {}

    /**
     * Writes whole entries behind the last one, with one write.
     *
     * @param headers of those entries, in order
     * @throws IOException if not all was written; then {@link #discardUnfinishedWrite} or give the
     *     log up
     */
    public void append(ByteBuffer[] bytes, List<EntryHeader> headers) throws IOException {
        SegmentSummary next = summary;
        file.write(next.logBytes(), bytes);
        for (EntryHeader header : headers) {
            activeIndexes.add(header.buffer, header.at, baseOffset, next);
            next =
                    next.plus(
                            header.buffer,
                            header.at,
                            next.logBytes()
                                    + RecordBatchLayout.entryBytes(header.buffer, header.at),
                            context.timestampType().maxTimestampMs(header.buffer, header.at));
        }
        summary = next;
    }

    /** After a write that failed for want of room: cuts what it left behind the last entry. */
    public void discardUnfinishedWrite() throws IOException {
        file.truncate(summary.logBytes());
    }

    /** Makes all that was written durable. The caller has acquired the segment, or it is active. */
    public void force() throws IOException {
        LogFile open;
        synchronized (handle) {
            open = file;
        }
        open.force();
    }

    /** Writes the indexes; nothing is appended from here on. */
    public void close() throws IOException {
        SegmentIndexes indexes = activeIndexes;
        writeIndexes(indexes);
        closedIndexes = new SoftReference<>(indexes);
        activeIndexes = null;
        release();
    }

    /** Writes the indexes of a closed segment that has none. */
    public void writeIndexes() throws IOException {
        SegmentIndexes indexes = rebuild(summary);
        writeIndexes(indexes);
        closedIndexes = new SoftReference<>(indexes);
    }

    private void writeIndexes(SegmentIndexes indexes) throws IOException {
        SegmentSummary last = summary;
        try {
            context.indexFile(baseOffset, IndexFile.Kind.OFFSET).write(last, indexes.offsetSlots());
            context.indexFile(baseOffset, IndexFile.Kind.TIME).write(last, indexes.timeSlots());
        } catch (DiskFullException e) {
            deleteIndexes(context, baseOffset); // they will be made anew when they are needed
        }
    }

    /** Lets the file go without writing anything: the log failed, or the process ends in haste. */
    public void abandon() {
        if (activeIndexes != null) {
            closedIndexes = new SoftReference<>(activeIndexes);
            activeIndexes = null;
            release();
        }
    }

    /**
     * Cuts the active segment to {@code position}, where {@code offset} is the next to be appended,
     * and makes that durable.
     */
    public void truncateTo(long position) throws IOException {
        SegmentIndexes indexes = activeIndexes;
        summary = rescan(position);
        indexes.truncateTo(position);
        generation.incrementAndGet();
        file.truncate(position);
        file.force();
    }

    /** The summary of the first {@code position} bytes. */
    private SegmentSummary rescan(long position) throws IOException {
        SegmentSummary kept = SegmentSummary.empty(baseOffset);
        EntryScanner scanner =
                new EntryScanner(file(), context.partition(), Depth.HEADERS, 0, position);
        while (!scanner.atEnd()) {
            requireValid(scanner.next(), scanner, kept.endOffset());
            kept = plus(kept, scanner);
        }
        return kept;
    }

    private SegmentSummary plus(SegmentSummary before, EntryScanner scanner) {
        return before.plus(
                scanner.buffer(),
                scanner.at(),
                scanner.nextPosition(),
                context.timestampType().maxTimestampMs(scanner.buffer(), scanner.at()));
    }

    // Reading: any thread

    /**
     * Holds the file open; false if the segment is gone from the log, which the caller then asks
     * again.
     */
    public boolean acquire() throws IOException {
        synchronized (handle) {
            if (file == null) {
                if (retired) {
                    return false;
                }
                file = context.files().open(path, OpenMode.READ);
            }
            users++;
            return true;
        }
    }

    /** Lets go of what {@link #acquire} held. */
    public void release() {
        List<LogFile> unused = List.of();
        synchronized (handle) {
            check(users > 0, "%s is released once too often", path);
            users--;
            if (users == 0) {
                superseded.add(file);
                unused = List.copyOf(superseded);
                superseded.clear();
                file = null;
            }
        }
        unused.forEach(Segment::closeQuietly);
    }

    /**
     * The segment leaves the log: who has acquired it reads on, nobody else begins. To be called
     * before its file is touched.
     */
    public void retire() {
        synchronized (handle) {
            retired = true;
        }
        abandon();
    }

    /** Deletes the files. {@link #retire} comes first. */
    public void delete() throws IOException {
        context.files().delete(path);
        deleteIndexes(context, baseOffset);
    }

    /** Deletes the index files of a segment, where there are any; they can be made anew. */
    public static void deleteIndexes(SegmentContext context, long baseOffset) throws IOException {
        for (IndexFile.Kind kind : IndexFile.Kind.values()) {
            Path file = context.file(baseOffset, kind.suffix());
            if (context.files().exists(file)) {
                context.files().delete(file);
            }
        }
    }

    /** The open file, for one who has acquired the segment. */
    public LogFile file() {
        synchronized (handle) {
            return file;
        }
    }

    /** A scanner of the entries between two positions, for one who has acquired the segment. */
    public EntryScanner scan(Depth depth, long from, long to) {
        return new EntryScanner(file(), context.partition(), depth, from, to);
    }

    /**
     * A run of whole entries in this segment's file.
     *
     * @param nextOffset one past the last offset of the run
     */
    public record Run(long position, int bytes, long nextOffset) {}

    /**
     * The entries from the one that holds {@code fromOffset}, or the next one if compaction took
     * it, on: as many as lie wholly below {@code endOffset} and within {@code maxBytes}, but at
     * least one if there is one. Empty if there is none.
     *
     * @throws DamagedEntryException if the way there is damaged
     */
    public Optional<Run> find(long fromOffset, long endOffset, int maxBytes) throws IOException {
        SegmentSummary known = summary;
        SegmentIndexes indexes = indexes();
        EntryScanner scanner =
                scanOverDamageTo(
                        fromOffset,
                        known,
                        indexes.offsets().floorOfOffset(fromOffset - baseOffset));
        if (scanner == null
                || RecordBatchLayout.endOffset(scanner.buffer(), scanner.at()) > endOffset) {
            return Optional.empty();
        }
        long start = scanner.position();
        Run first =
                new Run(
                        start,
                        (int) (scanner.nextPosition() - start),
                        RecordBatchLayout.endOffset(scanner.buffer(), scanner.at()));
        long lastPosition = Math.min(start + Math.max(maxBytes, 0), known.logBytes());
        long skipTo = lastIndexedInside(indexes.offsets(), lastPosition, endOffset);
        if (skipTo > start) {
            EntryScanner ahead = scan(Depth.HEADERS, skipTo, known.logBytes());
            Run run = extended(first, ahead, lastPosition, endOffset);
            if (run.bytes() > first.bytes()) {
                return Optional.of(run);
            } // else the index points at what is damaged
        }
        return Optional.of(extended(first, scanner, lastPosition, endOffset));
    }

    /** The same, and what {@code scanner} finds behind it. */
    private static Run extended(Run run, EntryScanner scanner, long lastPosition, long endOffset)
            throws IOException {
        long runEnd = run.position() + run.bytes();
        long nextOffset = run.nextOffset();
        while (!scanner.atEnd()
                && scanner.next() == EntryCheck.VALID) { // damage is for who reads from there
            long entryEnd = RecordBatchLayout.endOffset(scanner.buffer(), scanner.at());
            if (scanner.nextPosition() > lastPosition || entryEnd > endOffset) {
                break;
            }
            runEnd = scanner.nextPosition();
            nextOffset = entryEnd;
        }
        return new Run(run.position(), (int) (runEnd - run.position()), nextOffset);
    }

    /**
     * Position of the last indexed entry that surely lies whole below both limits: the last but one
     * that begins below them.
     */
    private long lastIndexedInside(OffsetIndex offsets, long lastPosition, long endOffset) {
        long begins = offsets.floorOfPosition(lastPosition).orElse(0);
        if (endOffset < summary.endOffset()) {
            begins = Math.min(begins, offsets.floorOfOffset(endOffset - 1 - baseOffset).orElse(0));
        }
        return offsets.floorOfPosition(begins - 1).orElse(0);
    }

    /**
     * Where the entry that holds {@code offset} begins, or the next one if compaction took it; the
     * end of the segment if there is none; where damage begins if that is met on the way. A cut in
     * repair goes there, so damage is no reason to throw.
     */
    public long positionOf(long offset) throws IOException {
        SegmentSummary known = summary;
        try {
            EntryScanner scanner =
                    scanTo(offset, known, indexes().offsets().floorOfOffset(offset - baseOffset));
            return scanner == null ? known.logBytes() : scanner.position();
        } catch (DamagedEntryException e) {
            return e.position();
        }
    }

    /**
     * The offset that would be appended next if the segment ended at {@code position}, where an
     * entry begins or the last ends.
     */
    public long offsetAt(long position) throws IOException {
        if (position == 0) {
            return baseOffset;
        }
        return position == summary.logBytes() ? summary.endOffset() : rescan(position).endOffset();
    }

    /**
     * Verifies the entry that begins at {@code position}.
     *
     * @throws DamagedEntryException if none does, or it is damaged
     */
    public void requireEntryAt(long position, long expectedOffset) throws IOException {
        requireEntryAt(position, expectedOffset, summary);
    }

    private void requireEntryAt(long position, long expectedOffset, SegmentSummary known)
            throws IOException {
        EntryScanner scanner = scan(Depth.WHOLE, position, known.logBytes());
        requireValid(scanner.next(), scanner, expectedOffset);
    }

    /**
     * A scanner at the first entry that ends above {@code offset}; null if there is none. Headers
     * lead the way, in which the last offset is only covered by the checksum of the body: where
     * {@code offset} is not the first one of an entry, the entry that decides is verified whole.
     */
    private EntryScanner scanTo(long offset, SegmentSummary known, OptionalLong indexed)
            throws IOException {
        EntryScanner scanner = scan(Depth.HEADERS, indexed.orElse(0), known.logBytes());
        long expected = baseOffset;
        long before = -1;
        long foundBefore = -1;
        while (!scanner.atEnd()) {
            requireSound(scanner, known, expected);
            expected = RecordBatchLayout.endOffset(scanner.buffer(), scanner.at());
            long found = RecordBatchLayout.baseOffset(scanner.buffer(), scanner.at());
            if (expected > offset) {
                if (found < offset) {
                    requireEntryAt(scanner.position(), found, known);
                } else if (found > offset && before >= 0) {
                    requireEntryAt(before, foundBefore, known);
                }
                return scanner;
            }
            before = scanner.position();
            foundBefore = found;
        }
        return null;
    }

    /** Steps to the next entry. */
    private void requireSound(EntryScanner scanner, SegmentSummary known, long expectedOffset)
            throws IOException {
        requireValid(scanner.next(), scanner, expectedOffset);
        if (RecordBatchLayout.endOffset(scanner.buffer(), scanner.at()) > known.endOffset()) {
            // Its last offset is only covered by the checksum of the body, which is not looked at.
            throw new DamagedEntryException(
                    path,
                    scanner.position(),
                    RecordBatchLayout.baseOffset(scanner.buffer(), scanner.at()),
                    EntryCheck.BAD_BODY_CHECKSUM);
        }
    }

    /** As {@link #scanTo}; damage on the way is stepped over, if {@code offset} lies behind it. */
    private EntryScanner scanOverDamageTo(long offset, SegmentSummary known, OptionalLong indexed)
            throws IOException {
        OptionalLong from = indexed;
        while (true) {
            try {
                return scanTo(offset, known, from);
            } catch (DamagedEntryException e) {
                EntryScanner behind = scan(Depth.HEADERS, e.position(), known.logBytes());
                behind.next();
                Optional<Long> next = behind.findValidEntry(e.expectedOffset(), 0);
                if (next.isEmpty()
                        || RecordBatchLayout.baseOffset(behind.buffer(), behind.at()) > offset) {
                    throw e;
                }
                from = OptionalLong.of(next.get());
            }
        }
    }

    /**
     * The position of the first entry that has a record as late as {@code timestampMs}; empty if
     * there is none.
     */
    public OptionalLong positionOfTime(long timestampMs) throws IOException {
        SegmentSummary known = summary;
        if (known.maxTimestampMs() < timestampMs) {
            return OptionalLong.empty();
        }
        EntryScanner scanner =
                scan(Depth.HEADERS, indexes().times().startOfSearch(timestampMs), known.logBytes());
        long expected = baseOffset;
        while (!scanner.atEnd()) {
            requireValid(scanner.next(), scanner, expected);
            expected = RecordBatchLayout.endOffset(scanner.buffer(), scanner.at());
            if (context.timestampType().maxTimestampMs(scanner.buffer(), scanner.at())
                    >= timestampMs) {
                return OptionalLong.of(scanner.position());
            }
        }
        return OptionalLong.empty();
    }

    private void requireValid(EntryCheck check, EntryScanner scanner, long expectedOffset)
            throws IOException {
        if (check != EntryCheck.VALID) {
            throw new DamagedEntryException(path, scanner.position(), expectedOffset, check);
        }
    }

    /**
     * The indexes: those in memory, else from their files, else made from the log. The caller has
     * acquired the segment.
     */
    private SegmentIndexes indexes() throws IOException {
        SegmentIndexes indexes = activeIndexes;
        if (indexes == null) {
            indexes = closedIndexes.get();
        }
        if (indexes == null) {
            indexes = load();
            closedIndexes = new SoftReference<>(indexes);
        }
        return indexes;
    }

    private SegmentIndexes load() throws IOException {
        SegmentSummary known = summary;
        try {
            return SegmentIndexes.read(
                    context.indexFile(baseOffset, IndexFile.Kind.OFFSET).readSlots(known),
                    context.indexFile(baseOffset, IndexFile.Kind.TIME).readSlots(known),
                    context.indexIntervalBytes(),
                    known.logBytes());
        } catch (NoSuchFileException | DamagedFileException e) {
            return rebuild(known);
        }
    }

    private SegmentIndexes rebuild(SegmentSummary known) throws IOException {
        SegmentIndexes rebuilt = new SegmentIndexes(context.indexIntervalBytes());
        SegmentSummary before = SegmentSummary.empty(baseOffset);
        try (LogFile log = context.files().open(path, OpenMode.READ)) {
            EntryScanner scanner =
                    new EntryScanner(log, context.partition(), Depth.HEADERS, 0, known.logBytes());
            while (!scanner.atEnd()
                    && scanner.next()
                            == EntryCheck.VALID) { // damage is for who reads that place to meet
                rebuilt.add(scanner.buffer(), scanner.at(), baseOffset, before);
                before = plus(before, scanner);
            }
        }
        return rebuilt;
    }

    private static void closeQuietly(LogFile file) {
        try {
            file.close();
        } catch (IOException e) {
            // What was to be durable was forced before; a handle that does not close cleanly takes
            // nothing with it.
        }
    }
}
