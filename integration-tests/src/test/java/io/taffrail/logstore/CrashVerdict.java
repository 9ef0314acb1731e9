// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore;

import static io.taffrail.logstore.SampleBatches.PARTITION;
import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.logstore.recovery.DamagedRange;
import io.taffrail.logstore.recovery.DamagedRange.Kind;
import io.taffrail.logstore.recovery.RecoveryReport;
import io.taffrail.logstore.recovery.RecoveryReport.Outcome;
import io.taffrail.testsupport.PowerCut;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/**
 * Opens a log after a crash and judges what it finds: all that was acknowledged is there, nothing
 * that was never written is, the caches say what the entries say, the report is true, what recovery
 * read is durable, and the log goes on.
 */
final class CrashVerdict {
    private final LogLife life;
    private final long requiredEnd;

    private CrashVerdict(LogLife life, long requiredEnd) {
        this.life = life;
        this.requiredEnd = requiredEnd;
    }

    static void afterPowerCut(LogLife life) throws IOException {
        new CrashVerdict(life, life.acknowledgedEnd).judge(true);
    }

    static void afterProcessCrash(LogLife life) throws IOException {
        new CrashVerdict(life, life.writtenEnd).judge(false);
    }

    /** Only what one opening shows; the log stays open. */
    static PartitionLog openAndJudge(LogLife life) throws IOException {
        CrashVerdict verdict = new CrashVerdict(life, life.acknowledgedEnd);
        PartitionLog log = life.openLog();
        verdict.judge(log, log.recoveryReport());
        return log;
    }

    private void judge(boolean powerWasCut) throws IOException {
        PartitionLog log = life.openLog();
        life.log = log;
        if (life.restarting.equals(OptionalLong.of(log.logStartOffset()))) {
            life.restarted();
        }
        List<Entry> contents = judge(log, log.recoveryReport());
        if (!powerWasCut && log.recoveryReport().outcome() != Outcome.CLEAN) {
            // A write that the process died in may be there in part.
            assertThat(log.recoveryReport().outcome()).isIn(Outcome.CUT, Outcome.SUSPECT);
        }
        if (!log.damage().isEmpty()) {
            contents = repair(log);
        }
        settle(contents);
        openedAgainItIsTheSame(contents);
        goesOn();
        closesInOrder();
    }

    private List<Entry> judge(PartitionLog log, RecoveryReport report) throws IOException {
        checkReport(report);
        LogContents.checkMarks(log);
        assertThat(log.logStartOffset())
                .as("log start of %s", LogContents.of(log))
                .isBetween(life.acknowledgedStart, life.attemptedStart);
        assertThat(log.highWatermark())
                .isLessThanOrEqualTo(Math.max(life.highestWatermark, log.logStartOffset()));
        long readableEnd =
                report.damage().stream()
                        .mapToLong(DamagedRange::fromOffset)
                        .min()
                        .orElse(log.logEndOffset());
        assertThat(readableEnd)
                .as("acknowledged end; found %s", LogContents.of(log))
                .isGreaterThanOrEqualTo(requiredEnd);
        List<Entry> contents = LogContents.read(log, log.logStartOffset(), readableEnd, 700);
        checkContents(log, contents, readableEnd);
        if (report.damage().isEmpty()) {
            checkEpochs(log, contents);
            Producers.check(log, expectedProducers(log));
        }
        return contents;
    }

    private void checkReport(RecoveryReport report) {
        assertThat(report.damage())
                .as("damage that only a power cut can have done, in %s", report)
                .allMatch(
                        range ->
                                range.kind() == Kind.CORRUPT
                                        && range.fromOffset() >= requiredEnd
                                        && range.fromOffset() >= report.knownDurableEndOffset());
        switch (report.outcome()) {
            case CLEAN -> assertThat(report.bytesCut()).isZero();
            case CUT -> assertThat(report.bytesCut()).isPositive();
            case SUSPECT -> {
                assertThat(report.bytesCut()).isPositive();
                assertThat(life.config.flush()).isEqualTo(FlushPolicy.COMMIT);
            }
            case CORRUPT -> assertThat(report.damage()).isNotEmpty();
            case LOST -> throw new AssertionError("nothing was lost: " + report);
        }
    }

    private void checkContents(PartitionLog log, List<Entry> contents, long readableEnd) {
        List<Entry> expected =
                life.line.stream()
                        .filter(entry -> entry.endOffset() > log.logStartOffset())
                        .filter(entry -> entry.baseOffset() < readableEnd)
                        .toList();
        LogContents.checkChain(contents, true);
        if (life.compactionBegunBelow == 0) {
            assertThat(contents).isEqualTo(expected);
        } else {
            checkCompacted(log, contents, expected);
        }
        long end = expected.isEmpty() ? readableEnd : last(expected).endOffset();
        assertThat(readableEnd).as("the log ends where an entry does").isEqualTo(end);
    }

    private static <T> T last(List<T> list) {
        return list.get(list.size() - 1);
    }

    /** What is missing was superseded by what is there, or is an old tombstone. */
    private void checkCompacted(PartitionLog log, List<Entry> contents, List<Entry> expected) {
        Map<Long, Entry> originals = new TreeMap<>();
        expected.forEach(entry -> originals.put(entry.baseOffset(), entry));
        Set<Entry.Record> present = new HashSet<>();
        Map<String, Long> latest = new TreeMap<>();
        for (Entry entry : contents) {
            Entry original = originals.get(entry.baseOffset());
            assertThat(original).as("what %s was", entry).isNotNull();
            assertThat(entry.isWhatIsLeftOf(original))
                    .as("%s is left of %s", entry, original)
                    .isTrue();
            present.addAll(entry.records());
            entry.records().stream()
                    .filter(record -> record.key() != null)
                    .forEach(record -> latest.put(record.key(), record.offset()));
        }
        for (Entry entry : expected) {
            for (Entry.Record record : entry.records()) {
                boolean below = record.offset() < life.compactionBegunBelow;
                boolean superseded =
                        record.key() != null
                                && latest.getOrDefault(record.key(), -1L) > record.offset();
                boolean oldTombstone =
                        record.value() == null && record.offset() < log.tombstoneHorizon();
                assertThat(present.contains(record) || (below && (superseded || oldTombstone)))
                        .as("%s is there or may be missing from %s", record, LogContents.of(log))
                        .isTrue();
            }
        }
        if (!expected.isEmpty()) {
            assertThat(contents).isNotEmpty();
            assertThat(last(contents).baseOffset()).isEqualTo(last(expected).baseOffset());
        }
    }

    private void checkEpochs(PartitionLog log, List<Entry> contents) {
        LogContents.checkEpochs(log, contents);
        Map<Integer, Long> ends = new TreeMap<>();
        contents.forEach(entry -> ends.put(entry.leaderEpoch(), entry.endOffset()));
        if (!contents.isEmpty()) {
            int lastEpoch = last(contents).leaderEpoch();
            assertThat(log.latestEpoch()).hasValue(lastEpoch);
            assertThat(log.recoveryReport().lastEpoch()).hasValue(lastEpoch);
        }
        ends.forEach(
                (epoch, end) ->
                        assertThat(log.endOfEpoch(epoch).orElseThrow().offset())
                                .as("end of epoch %s", epoch)
                                .isEqualTo(end));
    }

    private Map<Long, Producers.State> expectedProducers(PartitionLog log) {
        Map<Long, Producers.State> states = new TreeMap<>(life.producersBefore);
        life.line.stream()
                .filter(entry -> entry.endOffset() <= log.logEndOffset())
                .forEach(entry -> Producers.store(states, entry));
        return states;
    }

    /** What the owner does once the controller confirmed that the replica is out: P19. */
    private List<Entry> repair(PartitionLog log) throws IOException {
        long from = log.damage().get(0).fromOffset();
        log.truncateTo(from, TruncationReason.OUT_OF_ISR_AND_ELR);
        assertThat(log.damage()).isEmpty();
        assertThat(log.logEndOffset()).isEqualTo(from);
        return LogContents.readAll(log);
    }

    /** What is there now is what there is. */
    private void settle(List<Entry> contents) {
        PartitionLog log = life.log;
        long end = log.logEndOffset();
        life.line.removeIf(entry -> entry.endOffset() > end);
        life.acknowledgedStart = log.logStartOffset();
        life.attemptedStart = log.logStartOffset();
        life.writtenEnd = end;
        life.acknowledgedEnd = end;
        life.cleanEnd = OptionalLong.empty();
        assertThat(contents).allMatch(entry -> entry.endOffset() <= end);
    }

    /** P18: what recovery read, and let others have, survives the next power cut. */
    private void openedAgainItIsTheSame(List<Entry> contents) throws IOException {
        life.disk.powerCut(PowerCut.DROP_ALL_UNSYNCED);
        life.open();
        assertThat(life.log.recoveryReport().outcome())
                .as("the second opening gave %s", life.log.recoveryReport())
                .isEqualTo(Outcome.CLEAN);
        assertThat(LogContents.readAll(life.log)).isEqualTo(contents);
        Producers.check(life.log, expectedProducers(life.log));
    }

    private void goesOn() throws IOException {
        life.epoch += 10;
        life.log.advanceHighWatermark(life.log.logEndOffset());
        life.highestWatermark = Math.max(life.highestWatermark, life.log.logEndOffset());
        for (int i = 0; i < 3; i++) {
            appendKeyed("after=" + "the crash ".repeat(20 + 10 * i) + i);
        }
        life.flush();
        life.disk.powerCut(PowerCut.DROP_ALL_UNSYNCED);
        life.open();
        RecoveryReport report = life.log.recoveryReport();
        assertThat(report.outcome()).as("%s", report).isEqualTo(Outcome.CLEAN);
        judge(life.log, report);
    }

    private void appendKeyed(String record) throws IOException {
        if (life.line.isEmpty() && life.log.logEndOffset() != life.end()) {
            life.attemptedStart = life.log.logEndOffset();
        }
        life.append(record);
    }

    private void closesInOrder() throws IOException {
        List<Entry> contents = LogContents.readAll(life.log);
        life.close();
        life.disk.powerCut(PowerCut.DROP_ALL_UNSYNCED);
        life.open();
        RecoveryReport report = life.log.recoveryReport();
        assertThat(report.outcome()).isEqualTo(Outcome.CLEAN);
        assertThat(report.bytesScanned()).as("scanned after an orderly stop").isZero();
        assertThat(LogContents.readAll(life.log)).isEqualTo(contents);
        Producers.check(life.log, expectedProducers(life.log));
        life.log.close();
        List<String> leftovers = new ArrayList<>();
        life.files.list(LogLife.DIRECTORY).stream()
                .map(path -> Objects.requireNonNull(path.getFileName()).toString())
                .filter(name -> name.endsWith(".tmp") || name.endsWith(".compacted"))
                .forEach(leftovers::add);
        assertThat(leftovers).isEmpty();
        assertThat(life.log.partition()).isEqualTo(PARTITION);
    }
}
