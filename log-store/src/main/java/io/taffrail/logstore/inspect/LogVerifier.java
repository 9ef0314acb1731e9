// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore.inspect;

import io.taffrail.logstore.epoch.LeaderEpochs;
import io.taffrail.logstore.files.DamagedFileException;
import io.taffrail.logstore.files.SmallFile;
import io.taffrail.logstore.inspect.Finding.Severity;
import io.taffrail.logstore.inspect.LogStep.Damage;
import io.taffrail.logstore.inspect.LogStep.Entry;
import io.taffrail.logstore.inspect.LogStep.Misplaced;
import io.taffrail.logstore.inspect.LogStep.SegmentBegins;
import io.taffrail.logstore.producer.ProducerSnapshot;
import io.taffrail.logstore.recovery.Checkpoint;
import io.taffrail.logstore.recovery.FsyncedEnd;
import io.taffrail.logstore.recovery.FsyncedEndProof;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Verifies a log, all of it: every checksum; offsets and epochs along the entries; that segments
 * join; that indexes, leader epochs, producer snapshots and the claims of checkpoint and sidecar
 * agree with the entries. Changes nothing, and finds on its way what opening the log would find or
 * cut. A log that is written to meanwhile is verified up to where it was.
 */
public final class LogVerifier {
    private static final String EPOCHS = "leader-epochs";

    private final LogFiles log;
    private final List<Finding> findings = new ArrayList<>();
    private final List<SegmentReport> segments = new ArrayList<>();
    private Optional<Checkpoint> checkpoint = Optional.empty();
    private Optional<LeaderEpochs> epochs = Optional.empty();
    private long knownDurableEndOffset;
    private long logStartOffset;
    private SegmentProof current;
    private long expectedOffset;
    private long endOffset;

    private LogVerifier(LogFiles log) {
        this.log = log;
    }

    public static VerifyReport run(LogFiles log) throws IOException {
        return new LogVerifier(log).run();
    }

    private VerifyReport run() throws IOException {
        readClaims();
        epochs = LeaderEpochs.read(log.files(), log.directory());
        walk();
        judgeEpochs();
        judgeClaims();
        judgeProducers();
        noteOtherFiles();
        return new VerifyReport(
                log.partition(),
                logStartOffset,
                endOffset,
                knownDurableEndOffset,
                List.copyOf(segments),
                List.copyOf(findings));
    }

    private void damage(String file, String what) {
        findings.add(new Finding(Severity.DAMAGE, file, what));
    }

    private void note(String file, String what) {
        findings.add(new Finding(Severity.NOTE, file, what));
    }

    // Claims

    private void readClaims() throws IOException {
        try {
            checkpoint = Checkpoint.read(log.files(), log.directory());
            if (checkpoint.isEmpty()) {
                damage(Checkpoint.FILE_NAME, "it is missing");
            }
        } catch (DamagedFileException e) {
            damage(Checkpoint.FILE_NAME, e.getMessage());
        }
        for (int slot : FsyncedEndProof.damagedSlots(log.files(), log.directory())) {
            damage(FsyncedEnd.FILE_NAME, "the checksum of slot " + slot + " does not match");
        }
        logStartOffset = log.logStartOffset();
        knownDurableEndOffset = log.knownDurableEndOffset();
    }

    private void judgeClaims() {
        long firstOffset =
                segments.stream().mapToLong(s -> s.segment().baseOffset()).findFirst().orElse(0);
        if (firstOffset > logStartOffset) {
            damage(
                    Checkpoint.FILE_NAME,
                    "the log starts at %d, the first segment at %d"
                            .formatted(logStartOffset, firstOffset));
        }
        if (segments.isEmpty()) {
            endOffset = logStartOffset;
        }
        checkpoint.ifPresent(this::judgeCheckpoint);
        if (endOffset < knownDurableEndOffset) {
            damage(
                    log.directory().toAbsolutePath().getFileName().toString(),
                    "the log ends at %d, and all below %d was on disk once: records are lost"
                            .formatted(endOffset, knownDurableEndOffset));
        }
    }

    private void judgeCheckpoint(Checkpoint claims) {
        if (!claims.partition().equals(log.partition())) {
            damage(
                    Checkpoint.FILE_NAME,
                    "it is of the log of " + claims.partition().directoryName());
        }
        if (claims.logStartOffset() > endOffset) {
            damage(
                    Checkpoint.FILE_NAME,
                    "the log starts at %d, above its end %d"
                            .formatted(claims.logStartOffset(), endOffset));
        }
        if (claims.compactedEndOffset() > endOffset) {
            damage(
                    Checkpoint.FILE_NAME,
                    "it says that compaction came to %d, the log ends at %d"
                            .formatted(claims.compactedEndOffset(), endOffset));
        }
    }

    // Entries

    private void walk() throws IOException {
        try (LogWalk walk = new LogWalk(log, 0)) {
            for (Optional<LogStep> step = walk.next(); step.isPresent(); step = walk.next()) {
                take(step.get());
            }
            endSegment(true);
        }
    }

    private void take(LogStep step) throws IOException {
        if (step instanceof SegmentBegins begins) {
            endSegment(false);
            current = new SegmentProof(log, begins.segment(), epochs);
            expectedOffset = begins.segment().baseOffset();
            endOffset = Math.max(endOffset, expectedOffset);
        } else if (step instanceof Entry entry) {
            noteGap(entry);
            current.entry(entry);
            expectedOffset = entry.endOffset();
            endOffset = expectedOffset;
        } else if (step instanceof Damage bytes) {
            current.damage(bytes);
            expectedOffset = bytes.nextOffset().orElse(expectedOffset);
            judge(bytes);
        } else if (step instanceof Misplaced misplaced) {
            damage(
                    misplaced.segment().name(),
                    "it does not begin where the segment before it ends, at offset "
                            + misplaced.expectedOffset());
        }
    }

    private void endSegment(boolean last) throws IOException {
        if (current == null) {
            return;
        }
        current.conclude(last, findings);
        current.epochFinding().ifPresent(what -> damage(EPOCHS, what));
        segments.add(current.report());
    }

    private void noteGap(Entry entry) {
        long compactedEnd = checkpoint.map(Checkpoint::compactedEndOffset).orElse(0L);
        if (entry.baseOffset() > Math.max(expectedOffset, compactedEnd)) {
            note(
                    entry.segment().name(),
                    "there are no offsets %d to %d, and compaction is not known to have come there"
                            .formatted(expectedOffset, entry.baseOffset() - 1));
        }
    }

    private void judge(Damage bytes) {
        String where =
                "bytes %d to %d: %s"
                        .formatted(bytes.position(), bytes.endPosition(), bytes.reason());
        boolean unfinished =
                bytes.isUnfinishedAppend() && bytes.expectedOffset() >= knownDurableEndOffset;
        if (unfinished) {
            note(
                    bytes.segment().name(),
                    where + ", an append that was not finished; opening the log cuts it");
        } else {
            damage(
                    bytes.segment().name(),
                    where
                            + ", where offset "
                            + bytes.expectedOffset()
                            + " was expected"
                            + (bytes.nextOffset().isPresent()
                                    ? "; the log goes on at " + bytes.nextOffset().getAsLong()
                                    : ""));
        }
    }

    // The files beside

    private void judgeEpochs() throws IOException {
        boolean hasEntries = segments.stream().anyMatch(s -> s.summary().entries() > 0);
        if (epochs.isPresent() || !hasEntries) {
            return;
        }
        damage(
                EPOCHS,
                log.files().exists(log.directory().resolve(EPOCHS))
                        ? "its checksum does not match its contents"
                        : "it is missing");
    }

    private void judgeProducers() throws IOException {
        for (ProducerSnapshot snapshot : ProducerSnapshot.list(log.files(), log.directory())) {
            String name = snapshot.path().getFileName().toString();
            try {
                var unused = snapshot.read();
                if (snapshot.offset() > endOffset) {
                    note(name, "it lies above the log's end, " + endOffset + ": not used");
                }
            } catch (DamagedFileException e) {
                damage(name, e.getMessage());
            }
        }
    }

    private void noteOtherFiles() throws IOException {
        for (Path file : log.files().list(log.directory())) {
            String name = file.getFileName().toString();
            if (name.endsWith(SmallFile.UNFINISHED_SUFFIX)
                    || name.endsWith(".compacted")
                    || name.equals("compaction-swap")) {
                note(name, "left by work that was not finished; opening the log sees to it");
            }
        }
    }
}
