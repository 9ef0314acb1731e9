// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore;

import static io.taffrail.logstore.SampleBatches.PARTITION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taffrail.logstore.CrashRun.Lies;
import io.taffrail.logstore.epoch.LeaderEpochs;
import io.taffrail.logstore.files.FileSystem.OpenMode;
import io.taffrail.logstore.files.LogFile;
import io.taffrail.logstore.recovery.Checkpoint;
import io.taffrail.logstore.recovery.FsyncedEnd;
import io.taffrail.logstore.recovery.RecoveryReport;
import io.taffrail.logstore.recovery.RecoveryReport.Outcome;
import io.taffrail.model.TopicId;
import io.taffrail.model.TopicPartition;
import io.taffrail.model.batch.RecordBatchLayout;
import io.taffrail.testsupport.PowerCut;
import io.taffrail.testsupport.SimulatedDisk;
import io.taffrail.testsupport.StopMode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * The checkers of {@link LogCrashTest} against bugs that are known: each is planted from outside,
 * by a disk that lies or by a hand in the files, and has to be convicted for the right reason. The
 * same crashes without the bug pass.
 */
class PlantedBugsTest {
    private static final String LOST = "acknowledged end";

    private static Lies lies(Consumer<SimulatedDisk> disk) {
        return new Lies(disk, UnaryOperator.identity());
    }

    /** What the checkers say of the script, stopped after each of its operations. */
    private static List<String> verdicts(CrashScript script, Optional<PowerCut> cut, Lies lies) {
        List<String> verdicts = new ArrayList<>();
        long operations = CrashRun.operations(script);
        for (long operation = 1; operation <= operations; operation++) {
            try {
                new CrashRun(script, operation, StopMode.AFTER, cut).judge(lies);
            } catch (AssertionError e) {
                verdicts.add(e.getMessage());
            }
        }
        return verdicts;
    }

    private static void assertConvicted(
            CrashScript script, Optional<PowerCut> cut, Lies lies, String reason) {
        assertThat(verdicts(script, cut, Lies.NONE)).as("without the bug").isEmpty();
        assertThat(verdicts(script, cut, lies))
                .as("with the bug")
                .isNotEmpty()
                .anyMatch(verdict -> verdict.contains(reason));
    }

    @Test
    void convictsAcknowledgementBeforeFsync() {
        assertConvicted(
                CrashScript.APPENDS,
                Optional.of(PowerCut.DROP_ALL_UNSYNCED),
                lies(disk -> disk.ignoreForce(file -> file.toString().endsWith(".log"))),
                LOST);
    }

    @Test
    void convictsADirectoryThatIsNotFsynced() {
        assertConvicted(
                CrashScript.APPENDS,
                Optional.of(PowerCut.DROP_ALL_UNSYNCED),
                lies(disk -> disk.ignoreDirectorySync(true)),
                LOST);
    }

    @Test
    void convictsACompactionThatIsNotFsynced() {
        assertConvicted(
                CrashScript.COMPACTION,
                Optional.of(PowerCut.DROP_ALL_UNSYNCED),
                lies(disk -> disk.ignoreForce(file -> file.toString().endsWith(".compacted"))),
                "AssertionError");
    }

    /** P18: what recovery reads may be in the page cache alone. */
    @Test
    void convictsARecoveryThatDoesNotFsync() throws IOException {
        LogLife life = crashedAtTheEnd(CrashScript.APPENDS, Optional.empty());
        life.disk.ignoreForce(file -> file.toString().endsWith(".log"));
        assertThatThrownBy(() -> CrashVerdict.afterProcessCrash(life))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("the second opening");
        CrashVerdict.afterProcessCrash(crashedAtTheEnd(CrashScript.APPENDS, Optional.empty()));
    }

    private static LogLife crashedAtTheEnd(CrashScript script, Optional<PowerCut> cut) {
        return new CrashRun(script, Long.MAX_VALUE, StopMode.AFTER, cut).crashed(Lies.NONE);
    }

    /**
     * P17: the last entry that was acknowledged, below what the sidecar says was durable, is
     * damaged. A recovery without the sidecar and the checkpoint takes it for a torn tail.
     */
    @Test
    void convictsATornTailThatIsTakenForHarmless() throws IOException {
        LogLife honest = withDamagedTail();
        PartitionLog log = honest.openLog();
        RecoveryReport report = log.recoveryReport();
        assertThat(report.outcome()).isEqualTo(Outcome.CORRUPT);
        assertThat(report.bytesCut()).isZero();
        assertThat(report.damage())
                .anyMatch(range -> range.fromOffset() == honest.acknowledgedEnd - 1);
        log.abandon();

        LogLife blind = withDamagedTail();
        blind.disk.deleteQuietly(LogLife.DIRECTORY.resolve(FsyncedEnd.FILE_NAME));
        blind.disk.deleteQuietly(LogLife.DIRECTORY.resolve(Checkpoint.FILE_NAME));
        assertThatThrownBy(() -> CrashVerdict.openAndJudge(blind))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(LOST);
    }

    private static LogLife withDamagedTail() throws IOException {
        LogLife life = crashedAtTheEnd(CrashScript.APPENDS, Optional.empty());
        life.open();
        life.epoch++;
        life.append("the last one");
        life.acknowledge();
        life.disk.powerCut(PowerCut.DROP_ALL_UNSYNCED);
        life.open(); // notes that all of it is durable
        life.disk.powerCut(PowerCut.KEEP_ALL);
        Path last = lastLogFile(life.disk);
        int lastEntryBytes = life.line.get(life.line.size() - 1).sizeBytes();
        int lastEntry = life.disk.contents(last).length - lastEntryBytes;
        life.disk.flipBit(last, lastEntry + RecordBatchLayout.BASE_OFFSET_POSITION, 2);
        return life;
    }

    private static Path lastLogFile(SimulatedDisk disk) throws IOException {
        List<Path> files =
                disk.list(LogLife.DIRECTORY).stream()
                        .filter(file -> file.toString().endsWith(".log"))
                        .toList();
        return files.get(files.size() - 1);
    }

    /** P20: the epochs' file is a cache. A stale one is corrected; whoever used it is convicted. */
    @Test
    void convictsAnEpochCacheThatIsTrusted() throws IOException {
        LogLife life = crashedAtTheEnd(CrashScript.APPENDS, Optional.of(PowerCut.KEEP_ALL));
        Path file = LogLife.DIRECTORY.resolve("leader-epochs");
        byte[] old = life.disk.contents(file);
        life.open();
        life.nextEpoch();
        life.append("in a new epoch");
        life.nextEpoch();
        life.append("in another");
        life.acknowledge();
        life.disk.powerCut(PowerCut.DROP_ALL_UNSYNCED);
        assertThat(Arrays.equals(life.disk.contents(file), old)).isFalse();
        try (LogFile stale = life.disk.open(file, OpenMode.READ_WRITE)) {
            stale.truncate(0);
            stale.write(0, ByteBuffer.wrap(old));
            stale.force();
        }
        LeaderEpochs trusted = LeaderEpochs.read(life.disk, LogLife.DIRECTORY).orElseThrow();
        PartitionLog log = CrashVerdict.openAndJudge(life); // passes: it was corrected
        assertThatThrownBy(
                        () ->
                                LogContents.checkEpochs(
                                        trusted::epochOf, 0, LogContents.readAll(log)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("by the cache");
        log.close();
    }

    /**
     * Bytes of another partition's file in a recycled block. Stamped as a recovery that does not
     * check the placement would take them, they are adopted: the checker knows that nobody appended
     * them.
     */
    @Test
    void convictsRecycledBytesThatAreAdopted() throws IOException {
        for (boolean checked : new boolean[] {true, false}) {
            LogLife life =
                    crashedAtTheEnd(CrashScript.APPENDS, Optional.of(PowerCut.DROP_ALL_UNSYNCED));
            PartitionLog before = life.openLog();
            long end = before.logEndOffset();
            before.close();
            var strayed = SampleBatches.batch("of another partition");
            var owner = checked ? new TopicPartition("payments", new TopicId(7, 7), 0) : PARTITION;
            Entry entry = Entry.stored(owner, strayed, end, life.epoch, 0);
            Path last = lastLogFile(life.disk);
            try (LogFile file = life.disk.open(last, OpenMode.READ_WRITE)) {
                file.write(file.size(), entry.bytes().duplicate());
                file.force();
            }
            if (checked) {
                CrashVerdict.openAndJudge(life).close();
            } else {
                assertThatThrownBy(() -> CrashVerdict.openAndJudge(life))
                        .isInstanceOf(AssertionError.class);
            }
        }
    }
}
