// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore;

import static io.taffrail.logstore.SampleBatches.PARTITION;
import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.logstore.recovery.DamagedRange;
import io.taffrail.logstore.recovery.RecoveryReport;
import io.taffrail.logstore.recovery.RecoveryReport.Outcome;
import io.taffrail.testsupport.SimulatedClock;
import io.taffrail.testsupport.SimulatedDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * A log that lies closed on a simulated disk, every entry of it acknowledged as durable, for tests
 * that damage its files and open it again.
 */
final class StoredLog {
    static final Path DIRECTORY = Path.of("/data").resolve(PARTITION.directoryName());
    static final LogConfig CONFIG =
            LogConfig.DEFAULT.withSegmentBytes(1024).withIndexIntervalBytes(150);

    /** How the log was left. */
    enum Left {
        /** In order: everything is known to be durable. */
        CLOSED,
        /** By a kill after a checkpoint: the last segment is below the recovery point, and open. */
        CHECKPOINTED,
        /** By a kill: the newest entries are above the recovery point. */
        KILLED
    }

    final SimulatedDisk disk = new SimulatedDisk(1);
    final SimulatedClock clock = new SimulatedClock();
    final List<Entry> entries = new ArrayList<>();

    StoredLog(Left left) throws IOException {
        disk.createDirectories(DIRECTORY.getParent());
        disk.syncDirectory(DIRECTORY.getRoot());
        PartitionLog log = open();
        for (int i = 0; i < 24; i++) {
            int epoch = 1 + i / 5;
            long end = log.logEndOffset();
            var batch =
                    i % 2 == 0
                            ? SampleBatches.batch(1 + i % 3, 0, i / 6 * 2, "a" + i, "b" + i)
                            : SampleBatches.batch("value ".repeat(10 + i) + i);
            assertThat(log.appendAsLeader(batch, epoch)).isInstanceOf(AppendResult.Appended.class);
            entries.add(Entry.stored(PARTITION, batch, end, epoch, clock.wallMs()));
            if (i % 3 == 2) {
                log.awaitDurable(log.logEndOffset());
            }
        }
        log.awaitDurable(log.logEndOffset());
        log.advanceHighWatermark(log.logEndOffset());
        if (left == Left.CHECKPOINTED) {
            log.checkpoint();
        }
        if (left == Left.CLOSED) {
            log.close();
        } else {
            log.abandon();
        }
        disk.syncDirectory(DIRECTORY);
        assertThat(disk.openHandles()).isZero();
    }

    PartitionLog open() throws IOException {
        return open(LogListener.NONE);
    }

    PartitionLog open(LogListener listener) throws IOException {
        LogEnvironment environment =
                new LogEnvironment(
                        disk,
                        clock,
                        Runnable::run,
                        new DiskReserve(disk, DIRECTORY.getParent(), clock, 0),
                        listener);
        return PartitionLog.open(environment, DIRECTORY, PARTITION, CONFIG, OptionalLong.empty());
    }

    long end() {
        return entries.get(entries.size() - 1).endOffset();
    }

    List<Path> files() throws IOException {
        return disk.list(DIRECTORY);
    }

    /** The segments' log files, by base offset. */
    List<Path> logFiles() throws IOException {
        return files().stream().filter(file -> file.toString().endsWith(".log")).toList();
    }

    /** All bytes, by file. */
    Map<String, List<Byte>> bytes() throws IOException {
        Map<String, List<Byte>> bytes = new TreeMap<>();
        for (Path file : files()) {
            List<Byte> content = new ArrayList<>();
            for (byte b : disk.contents(file)) {
                content.add(b);
            }
            bytes.put(file.toString(), content);
        }
        return bytes;
    }

    /**
     * Opens the damaged log and holds what it says against what it has: nothing is read that was
     * not stored; what is missing is named as damage, or was cut from the tail by one who says that
     * it may have been acknowledged. Returns how many entries are missing.
     *
     * @param cutUnseen whether bytes were taken from the end of files, which above what is known to
     *     be durable looks like an append that never was
     */
    int openAndTellTheTruth(boolean cutUnseen) throws IOException {
        PartitionLog log = open();
        RecoveryReport report = log.recoveryReport();
        List<Entry> missing = new ArrayList<>(entries);
        long next = log.logStartOffset();
        while (next < log.logEndOffset()) {
            LogReadResult result = log.readVerified(next, Long.MAX_VALUE, 400);
            if (result instanceof LogSlice slice) {
                try (slice) {
                    List<Entry> found = Entry.decodeRun(PARTITION, slice.copy());
                    assertThat(entries).as("what was stored").containsAll(found);
                    missing.removeAll(found);
                    if (found.isEmpty()) {
                        break;
                    }
                    next = slice.nextOffset();
                }
            } else {
                DamagedRange damaged = ((LogReadResult.Damaged) result).damage();
                assertThat(next)
                        .as("where it was read to find %s", damaged)
                        .isBetween(damaged.fromOffset(), damaged.endOffset() - 1);
                next = damaged.endOffset();
            }
        }
        for (Entry entry : missing) {
            boolean named =
                    log.damage().stream()
                            .anyMatch(
                                    range ->
                                            range.fromOffset() < entry.endOffset()
                                                    && entry.baseOffset() < range.endOffset());
            boolean cut =
                    entry.baseOffset() >= report.knownDurableEndOffset()
                            && entry.baseOffset() >= report.logEndOffset()
                            && (cutUnseen || report.outcome() == Outcome.SUSPECT);
            assertThat(named || cut).as("%s is missing, says %s", entry, report).isTrue();
        }
        checkOutcome(log, missing);
        if (missing.isEmpty() && report.damage().isEmpty()) {
            LogContents.checkEpochs(log, entries);
            Producers.check(log, Producers.after(entries));
        }
        log.abandon();
        return missing.size();
    }

    private static void checkOutcome(PartitionLog log, List<Entry> missing) {
        RecoveryReport report = log.recoveryReport();
        switch (report.outcome()) {
            case CLEAN -> assertThat(report.bytesCut()).isZero();
            case CUT, SUSPECT -> assertThat(report.bytesCut()).isPositive();
            case LOST, CORRUPT -> {
                assertThat(report.damage()).isNotEmpty();
                assertThat(missing).as("named as damage in %s", report).isNotEmpty();
            }
        }
    }
}
