// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore.recovery;

import io.taffrail.logstore.FlushPolicy;
import io.taffrail.logstore.compaction.CompactionSwap;
import io.taffrail.logstore.epoch.LeaderEpochs;
import io.taffrail.logstore.files.DamagedFileException;
import io.taffrail.logstore.files.FileSystem;
import io.taffrail.logstore.files.SmallFile;
import io.taffrail.logstore.producer.ProducerSnapshot;
import io.taffrail.logstore.producer.ProducerStates;
import io.taffrail.logstore.recovery.DamagedRange.Kind;
import io.taffrail.logstore.recovery.RecoveryReport.Outcome;
import io.taffrail.logstore.recovery.SegmentScan.BadTail;
import io.taffrail.logstore.segment.Segment;
import io.taffrail.logstore.segment.SegmentContext;
import io.taffrail.logstore.segment.SegmentSummary;
import io.taffrail.model.batch.RecordBatchLayout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Opens what a log left on disk. The steps, in order: leftovers of unfinished work; segments from
 * the first to the last; epochs; producers; fsync of all that is kept, for what was read may only
 * be in the page cache (P18); checkpoint. Nothing is cut but a tail that P17 calls torn, and
 * segments above it.
 */
public final class LogRecovery {
    private final SegmentContext context;
    private final FlushPolicy flush;
    private final List<String> notes = new ArrayList<>();
    private final List<DamagedRange> damage = new ArrayList<>();
    private final List<Segment> segments = new ArrayList<>();
    private final LeaderEpochs scannedEpochs;

    private Checkpoint checkpoint;
    private FsyncedEnd fsyncedEnd;
    private long knownEndOffset;
    private long trustedEndOffset;
    private long endOffset;
    private int lastEpoch = -1;
    private long bytesCut;
    private long bytesScanned;
    private boolean cutMayHaveBeenAcknowledged;
    private boolean closedInOrder = true; // until something says otherwise

    private LogRecovery(SegmentContext context, FlushPolicy flush) {
        this.context = context;
        this.flush = flush;
        this.scannedEpochs = LeaderEpochs.none(context.files(), context.directory());
    }

    /**
     * Opens the log in {@code context}'s directory, which exists.
     *
     * @param cleanEndOffset the log end by the clean mark of the last stop, if there is one that
     *     counts (P3)
     * @throws NewerFormatException if an entry is in a format that is newer than this code
     */
    public static RecoveredLog run(
            SegmentContext context, FlushPolicy flush, OptionalLong cleanEndOffset)
            throws IOException {
        return new LogRecovery(context, flush).run(cleanEndOffset);
    }

    private RecoveredLog run(OptionalLong cleanEndOffset) throws IOException {
        removeUnfinishedFiles();
        CompactionSwap.recover(context, notes);
        readClaims(cleanEndOffset);
        openSegments(segmentBases());
        ProducerStates producers = ProducerRecovery.atEnd(context, segments, notes);
        deleteBelowLogStart(producers);
        LeaderEpochs epochs = recoverEpochs();
        Segment active = segments.get(segments.size() - 1);
        active.reopen();
        try {
            makeDurable(active);
        } catch (IOException e) {
            active.abandon(); // nobody else will let go of it
            fsyncedEnd.close();
            throw e;
        }
        RecoveryReport report = report(epochs);
        return new RecoveredLog(
                List.copyOf(segments), epochs, producers, checkpoint, fsyncedEnd, report);
    }

    private void removeUnfinishedFiles() throws IOException {
        for (Path file : files().list(context.directory())) {
            if (file.toString().endsWith(SmallFile.UNFINISHED_SUFFIX)) {
                files().delete(file);
                notes.add("deleted " + file.getFileName() + ", which was being written");
            }
        }
    }

    private void readClaims(OptionalLong cleanEndOffset) throws IOException {
        Optional<Checkpoint> read = Optional.empty();
        try {
            read = Checkpoint.read(files(), context.directory());
        } catch (DamagedFileException e) {
            notes.add(e.getMessage());
        }
        if (read.isEmpty()) {
            closedInOrder = false;
            long start = segmentBases().stream().findFirst().orElse(0L);
            if (!segmentBases().isEmpty()) {
                notes.add("no usable checkpoint: every byte is verified");
            }
            read = Optional.of(new Checkpoint(context.partition(), start, start, start, 0, 0));
        }
        checkpoint = read.get();
        fsyncedEnd = FsyncedEnd.read(files(), context.directory());
        knownEndOffset =
                Math.max(
                        Math.max(checkpoint.recoveryPoint(), checkpoint.logStartOffset()),
                        Math.max(fsyncedEnd.offset(), cleanEndOffset.orElse(0)));
        endOffset = checkpoint.logStartOffset();
    }

    private List<Long> segmentBases() throws IOException {
        List<Long> bases = new ArrayList<>();
        for (Path file : files().list(context.directory())) {
            String name = file.getFileName().toString();
            if (name.matches("\\d{20}" + SegmentContext.LOG_SUFFIX.replace(".", "\\."))) {
                bases.add(Long.parseLong(name.substring(0, 20)));
            }
        }
        return bases;
    }

    // Segments

    private void openSegments(List<Long> bases) throws IOException {
        for (int i = 0; i < bases.size(); i++) {
            long base = bases.get(i);
            if (!segments.isEmpty() && base != endOffset) {
                if (base < endOffset) {
                    setAside(
                            base,
                            "it overlaps the segment before it, which ends at offset " + endOffset);
                    continue;
                }
                if (endOffset >= knownEndOffset) {
                    cutSegments(bases.subList(i, bases.size()));
                    break;
                }
                damaged(
                        Kind.LOST,
                        endOffset,
                        base,
                        "the segment before " + context.file(base, ".log") + " is short");
            } else if (segments.isEmpty() && base > checkpoint.logStartOffset()) {
                damaged(
                        Kind.LOST,
                        checkpoint.logStartOffset(),
                        base,
                        "no segment begins below " + base);
            }
            Optional<Long> next =
                    i + 1 < bases.size() ? Optional.of(bases.get(i + 1)) : Optional.empty();
            Optional<SegmentSummary> trusted = trusted(base);
            if (trusted.isPresent()) {
                open(base, trusted.get());
                trustedEndOffset = endOffset;
            } else if (scan(base, next)) {
                cutSegments(bases.subList(i + 1, bases.size()));
                break;
            }
        }
        if (segments.isEmpty()) {
            closedInOrder = false;
            Segment first = Segment.create(context, checkpoint.logStartOffset());
            first.close(); // made anew, then opened like any other
            segments.add(first);
            endOffset = first.endOffset();
        }
        if (endOffset < knownEndOffset
                && damage.stream().allMatch(range -> range.endOffset() < knownEndOffset)) {
            damaged(Kind.LOST, endOffset, knownEndOffset, "the log ends at " + endOffset);
        }
    }

    /**
     * What a crash left between moving the log start and deleting. What it says of producers is
     * durable elsewhere before it goes.
     */
    private void deleteBelowLogStart(ProducerStates producers) throws IOException {
        if (!damage.isEmpty() || !liesBelowLogStart(segments.get(0))) {
            return;
        }
        ProducerSnapshot snapshot =
                new ProducerSnapshot(
                        files(), context.file(endOffset, ProducerSnapshot.SUFFIX), endOffset);
        snapshot.write(producers);
        snapshot.force();
        files().syncDirectory(context.directory());
        while (liesBelowLogStart(segments.get(0))) {
            Segment left = segments.remove(0);
            left.delete();
            notes.add("deleted " + left.path().getFileName() + ", which lies below the log start");
        }
    }

    private boolean liesBelowLogStart(Segment segment) {
        return segments.size() > 1 && segment.endOffset() <= checkpoint.logStartOffset();
    }

    /** The summary of a segment that was forced whole and closed; empty if it has to be scanned. */
    private Optional<SegmentSummary> trusted(long base) throws IOException {
        if (!segments.isEmpty() && trustedEndOffset != base) {
            return Optional
                    .empty(); // what is scanned is scanned to the end of the log, so that epochs
            // have one boundary
        }
        return Segment.readSummary(context, base)
                .filter(summary -> summary.endOffset() <= checkpoint.recoveryPoint());
    }

    private void open(long base, SegmentSummary summary) {
        segments.add(Segment.closed(context, base, summary));
        endOffset = summary.endOffset();
        if (summary.entries() > 0) {
            lastEpoch = summary.lastEpoch();
        }
    }

    /** Scans a segment; true if its tail was torn, and nothing behind it counts. */
    private boolean scan(long base, Optional<Long> nextBase) throws IOException {
        closedInOrder = false;
        SegmentScan scan =
                SegmentScan.run(
                        context, scannedEpochs, base, lastEpoch, checkpoint.recoveryPoint());
        bytesScanned += scan.bytesVerified();
        damage.addAll(scan.damage());
        open(base, scan.summary());
        if (scan.badTail().isEmpty()) {
            return false;
        }
        BadTail tail = scan.badTail().get();
        String where = scan.path() + ", byte " + tail.position() + ": " + tail.check();
        if (endOffset < knownEndOffset) {
            damaged(Kind.CORRUPT, endOffset, nextBase.orElse(knownEndOffset), where);
            endOffset = nextBase.orElse(endOffset);
            return false;
        }
        cut(scan, tail);
        cutMayHaveBeenAcknowledged |= !tail.runsPastTheEnd();
        notes.add("cut " + tail.bytes() + " bytes of a torn tail: " + where);
        return true;
    }

    private void cut(SegmentScan scan, BadTail tail) throws IOException {
        bytesCut += tail.bytes();
        try (var file = files().open(scan.path(), FileSystem.OpenMode.READ_WRITE)) {
            file.truncate(tail.position());
            file.force();
        }
    }

    /**
     * Segments above a torn tail, or that do not continue the log: nothing in them is known to have
     * been durable (P20).
     */
    private void cutSegments(List<Long> bases) throws IOException {
        for (int i = bases.size() - 1; i >= 0; i--) {
            Path file = context.file(bases.get(i), SegmentContext.LOG_SUFFIX);
            long bytes = files().size(file);
            bytesCut += bytes;
            cutMayHaveBeenAcknowledged |= bytes > 0;
            notes.add(
                    "deleted "
                            + file.getFileName()
                            + " ("
                            + bytes
                            + " bytes), which continues nothing");
            Segment.closed(context, bases.get(i), SegmentSummary.EMPTY).delete();
        }
    }

    private void setAside(long base, String why) {
        Path file = context.file(base, SegmentContext.LOG_SUFFIX);
        damage.add(new DamagedRange(Kind.CORRUPT, base, base, file + " is left out: " + why));
    }

    private void damaged(Kind kind, long from, long end, String where) {
        damage.add(new DamagedRange(kind, from, end, where));
    }

    // Epochs

    /** The file says what the entries say, or it is made anew: it is a cache (P20). */
    private LeaderEpochs recoverEpochs() throws IOException {
        LeaderEpochs epochs =
                LeaderEpochs.read(files(), context.directory())
                        .orElseGet(() -> LeaderEpochs.none(files(), context.directory()));
        var before = epochs.startOffsets();
        epochs.truncateFromEnd(trustedEndOffset);
        if (!EpochProof.holds(epochs, trustedSegments())) {
            epochs = scanEpochs();
            notes.add("leader-epochs did not agree with the entries, and was made anew");
        }
        scannedEpochs.startOffsets().forEach(epochs::found);
        if (!epochs.startOffsets().equals(before)) {
            epochs.persist();
        }
        return epochs;
    }

    private List<Segment> trustedSegments() {
        return segments.stream()
                .filter(segment -> !segment.isEmpty() && segment.endOffset() <= trustedEndOffset)
                .toList();
    }

    private LeaderEpochs scanEpochs() throws IOException {
        LeaderEpochs epochs = LeaderEpochs.none(files(), context.directory());
        for (Segment segment : trustedSegments()) {
            long[] previousEnd = {segment.baseOffset()}; // where an epoch begins: see SegmentScan
            SegmentEntries.visit(
                    segment,
                    segment.baseOffset(),
                    Long.MAX_VALUE,
                    (buffer, at) -> {
                        epochs.found(RecordBatchLayout.leaderEpoch(buffer, at), previousEnd[0]);
                        previousEnd[0] = RecordBatchLayout.endOffset(buffer, at);
                    });
        }
        return epochs;
    }

    // The end

    /**
     * Everything that was scanned may be in the page cache alone. What lies below the recovery
     * point was forced before that was written; the epochs were forced with their file; indexes and
     * snapshots need not be.
     */
    private void makeDurable(Segment active) throws IOException {
        if (closedInOrder && notes.isEmpty() && damage.isEmpty()) {
            // Every segment was closed below the recovery point: all of it was forced. Names may
            // not
            // be: so it looks, too, after the death of a process that was deleting segments, and
            // what it deleted must not come back.
            files().syncDirectory(context.directory());
            return;
        }
        for (Segment segment : segments) {
            if (segment.endOffset() > checkpoint.recoveryPoint() || segment == active) {
                segment.acquire();
                try {
                    segment.force();
                } finally {
                    segment.release();
                }
            }
        }
        files().syncDirectory(context.directory());
        long highWatermark = Math.min(checkpoint.highWatermark(), endOffset);
        checkpoint =
                new Checkpoint(
                        context.partition(),
                        damage.isEmpty() ? endOffset : checkpoint.recoveryPoint(),
                        checkpoint.logStartOffset(),
                        highWatermark,
                        checkpoint.tombstoneHorizon(),
                        Math.min(checkpoint.compactedEndOffset(), endOffset));
        checkpoint.write(files(), context.directory());
        if (damage.isEmpty()) {
            fsyncedEnd.write(endOffset);
        }
    }

    private RecoveryReport report(LeaderEpochs epochs) {
        return new RecoveryReport(
                context.partition(),
                outcome(),
                checkpoint.logStartOffset(),
                endOffset,
                endOffset == segments.get(0).baseOffset() ? OptionalInt.empty() : epochs.latest(),
                knownEndOffset,
                bytesCut,
                bytesScanned,
                List.copyOf(damage),
                List.copyOf(notes));
    }

    private Outcome outcome() {
        if (damage.stream().anyMatch(range -> range.kind() == Kind.CORRUPT)) {
            return Outcome.CORRUPT;
        }
        if (!damage.isEmpty()) {
            return Outcome.LOST;
        }
        if (bytesCut == 0) {
            return Outcome.CLEAN;
        }
        return flush == FlushPolicy.COMMIT && cutMayHaveBeenAcknowledged
                ? Outcome.SUSPECT
                : Outcome.CUT;
    }

    private FileSystem files() {
        return context.files();
    }
}
