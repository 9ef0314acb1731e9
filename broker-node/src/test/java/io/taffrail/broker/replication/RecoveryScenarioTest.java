// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.logstore.PartitionLog;
import io.taffrail.logstore.recovery.RecoveryReport.Outcome;
import io.taffrail.model.cluster.ReplicaFault;
import io.taffrail.testsupport.Operation;
import io.taffrail.testsupport.PowerCut;
import io.taffrail.testsupport.SimulatedDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Replicas whose disks or files are not what they were (P3, P4, P17 to P19, P21, I6, I10). */
class RecoveryScenarioTest {
    @Test
    void p3ACleanStopIsTrustedAndAnyOtherVerified() throws IOException {
        ReplicationScript script = committed("a", "b");
        script.broker(2).cleanStop();
        script.start(2);
        assertThat(script.broker(2).log().recoveryReport().outcome()).isEqualTo(Outcome.CLEAN);
        assertThat(script.broker(2).log().recoveryReport().bytesScanned()).isZero();
        script.append(1, "c");
        script.replicate(2);
        script.powerCut(2);
        script.start(2);
        assertThat(script.broker(2).log().recoveryReport().bytesScanned()).isPositive();
        assertThat(script.broker(2).reports()).isEmpty();
    }

    /** P3: what the mark of a clean stop names and the files do not hold was lost. */
    @Test
    void p3ALogThatEndsBelowTheCleanMarkHasLostSomething() throws IOException {
        ReplicationScript script = committed("a", "b");
        Path file = script.broker(2).logFile();
        script.broker(2).cleanStop();
        script.broker(2).disk().truncateQuietly(file, 1);
        script.start(2);
        assertThat(fault(script, 2)).isEqualTo(ReplicaFault.CORRUPT);
    }

    /** P17: a bad last entry above the sidecar may be torn, and may have been acknowledged. */
    @Test
    void p17AReplicaThatCutWhatItMayHaveAcknowledgedIsSuspect() throws IOException {
        ReplicationScript script = committed("a", "b");
        flipLastBit(script, 2);
        script.powerCut(2);
        script.elect(1, 1);
        script.start(2);
        assertThat(script.broker(2).reports())
                .isNotEmpty()
                .allSatisfy(
                        report -> {
                            assertThat(report.fault()).isEqualTo(ReplicaFault.SUSPECT);
                            assertThat(report.lastEpoch()).hasValue(5);
                            assertThat(report.logEndOffset()).isEqualTo(1);
                        });
        script.records(2, ReplicaFault.SUSPECT);
        script.replicate(2);
        assertThat(fault(script, 2))
                .as("it has caught up, and is whole")
                .isEqualTo(ReplicaFault.NONE);
        script.records(2, ReplicaFault.NONE);
        script.replicate(2);
        assertThat(script.broker(1).proposal().orElseThrow().isr()).hasSize(2);
    }

    /** P17: the sidecar says that the entry was on the disk: it is not torn. */
    @Test
    void p17ABadEntryBelowWhatWasFsyncedIsCorruptAndNothingIsCut() throws IOException {
        ReplicationScript script = committed("a", "b", "c");
        SimulatedDisk disk = script.broker(2).disk();
        Path file = script.broker(2).logFile();
        long size = disk.contents(file).length;
        flipMiddleBit(script, 2);
        script.powerCut(2);
        script.start(2);
        assertThat(fault(script, 2)).isEqualTo(ReplicaFault.CORRUPT);
        assertThat(disk.contents(file)).hasSize((int) size);
    }

    /** P18: after the death of a process the page cache still has what no fsync ever covered. */
    @Test
    void p18WhatRecoveryReadsIsOnTheDiskBeforeItIsVouchedFor() throws IOException {
        ReplicationScript script = new ReplicationScript(2);
        script.elect(1, 1, 2);
        script.follow(2);
        script.broker(2).holdFsyncs();
        var waiting = script.append(1, "a");
        script.push(2);
        assertThat(script.broker(2).target().vouched().offset()).isZero();
        script.broker(2).processCrash();
        script.start(2);
        script.follow(2);
        assertThat(waiting).as("vouched for by its open").isCompletedWithValue(Optional.empty());
        script.powerCut(2);
        script.start(2);
        assertThat(ScriptInvariants.values(script.broker(2).log())).containsExactly("a");
    }

    /** P18: a disk that failed once is not asked again what it holds. */
    @Test
    void p18AReplicaWhoseFsyncFailedAcknowledgesNothingMore() throws IOException {
        ReplicationScript script = new ReplicationScript(2);
        script.elect(1, 1, 2);
        script.follow(2);
        script.broker(2)
                .disk()
                .failNext(
                        Operation.matching(Operation.Kind.FORCE, "*.log"),
                        new IOException("the disk failed"));
        var waiting = script.append(1, "a");
        script.push(2);
        assertThat(script.broker(2).log().durableEndOffset()).isZero();
        assertThat(script.broker(2).hasFailedDirectory()).isTrue();
        script.acknowledge(2);
        assertThat(waiting).isNotDone();
    }

    /** P19: bytes go bad at the leader: it finds out by what its follower refuses. */
    @Test
    void p19ABadEntryIsReportedAndTheLeaderVerifiesItsOwn() throws IOException {
        ReplicationScript script = new ReplicationScript(3);
        script.elect(1, 1, 2, 3);
        script.append(1, "a");
        script.replicate(3);
        script.invariants().leavesOut(1);
        flipLastBit(script, 1);
        script.follow(2);
        ReplicationTarget.Next next = script.deliver(2, script.read(2).orElseThrow());
        assertThat(next).isEqualTo(ReplicationTarget.Next.PAUSE);
        assertThat(script.broker(2).target().badEntryOffset()).hasValue(0);
        assertThat(script.broker(2).log().logEndOffset()).as("nothing of it is kept").isZero();
        assertThat(script.broker(2).reports()).isEmpty();
        script.subscription(2).badEntry(0);
        assertThat(fault(script, 1)).isEqualTo(ReplicaFault.CORRUPT);
        script.elect(3, 3);
        script.minIsr(1);
        script.replicate(2);
        assertThat(ScriptInvariants.values(script.broker(2).log())).containsExactly("a");
    }

    /** P19, I6: it stays as it is while anybody may count on it. */
    @Test
    void p19ADamagedReplicaIsRepairedOnlyOnceTheControllerConfirmed() throws IOException {
        ReplicationScript script = committed("a", "b", "c");
        SimulatedDisk disk = script.broker(2).disk();
        Path file = script.broker(2).logFile();
        flipMiddleBit(script, 2);
        script.powerCut(2);
        byte[] damaged = disk.contents(file);
        script.start(2);
        script.records(2, ReplicaFault.CORRUPT);
        assertThat(disk.contents(file)).as("it is in the ISR yet").isEqualTo(damaged);
        script.isr(1);
        assertThat(script.broker(2).log().damage()).isEmpty();
        script.replicate(2);
        assertThat(ScriptInvariants.values(script.broker(2).log())).containsExactly("a", "b", "c");
        assertThat(fault(script, 2)).isEqualTo(ReplicaFault.NONE);
    }

    /** P19, P12: what it vouched for in this epoch is gone, so that it has to follow anew. */
    @Test
    void p19DamageThatIsFoundWhileItFollowsIsRepairedInTheSameEpoch() throws IOException {
        ReplicationScript script = committed("a", "b", "c");
        damageIsFound(script, 2);
        script.records(2, ReplicaFault.CORRUPT);
        script.isr(1);
        assertThat(script.broker(2).log().damage()).isEmpty();
        script.replicate(2);
        assertThat(ScriptInvariants.values(script.broker(2).log())).containsExactly("a", "b", "c");
        assertThat(fault(script, 2)).isEqualTo(ReplicaFault.NONE);
    }

    /** P19: between there and where the log begins, nothing is left to cut at. */
    @Test
    void p19AReplicaThatIsDamagedBelowItsLogStartBeginsAnew() throws IOException {
        ReplicationScript script = begunAnew();
        assertThat(ScriptInvariants.values(script.broker(2).log())).containsExactly("c");
        assertThat(script.broker(2).log().logStartOffset()).isEqualTo(2);
        assertThat(fault(script, 2)).isEqualTo(ReplicaFault.NONE);
    }

    /**
     * P4: what was damaged is no stray, neither in the way of what replaced it nor instead of it.
     */
    @Test
    void p19AReplicaThatBeganAnewIsMovedAwayAndBackLikeAnyOther() throws IOException {
        ReplicationScript script = begunAnew();
        script.assign(1);
        script.assign(1, 2);
        script.replicate(2);
        assertThat(ScriptInvariants.values(script.broker(2).log())).containsExactly("c");
    }

    /** Its log was damaged in front of its log start. */
    private static ReplicationScript begunAnew() throws IOException {
        ReplicationScript script = committed("a", "b", "c");
        script.broker(1).log().advanceLogStart(2);
        script.broker(2).log().advanceLogStart(2);
        flipMiddleBit(script, 2);
        script.powerCut(2);
        script.start(2);
        assertThat(fault(script, 2)).isEqualTo(ReplicaFault.CORRUPT);
        script.records(2, ReplicaFault.CORRUPT);
        script.isr(1);
        script.replicate(2);
        return script;
    }

    /** P19: damage that nobody read is met by the cut that a new leader asks for. */
    @Test
    void p19DamageThatACutMeetsIsReported() throws IOException {
        ReplicationScript script = committed("a", "b", "c");
        script.elect(2, 1, 2);
        script.append(2, "x");
        script.elect(1, 1, 2);
        SimulatedDisk disk = script.broker(2).disk();
        disk.flipBit(script.broker(2).logFile(), 0, 0);
        script.open(2);
        assertThat(fault(script, 2)).isEqualTo(ReplicaFault.CORRUPT);
    }

    /** P19: a report under an epoch that is over is refused, and whoever leads now is damaged. */
    @Test
    void p19DamageThatWasNotRecordedIsReportedAgainAlsoByALeader() throws IOException {
        ReplicationScript script = committed("a", "b", "c");
        damageIsFound(script, 2);
        script.elect(2, 1, 2);
        var reports = script.broker(2).reports();
        assertThat(fault(script, 2)).isEqualTo(ReplicaFault.CORRUPT);
        assertThat(reports.get(reports.size() - 1).leaderEpoch())
                .isEqualTo(script.entry().leaderEpoch());
    }

    /** P19, I10: a log may have all offsets, and not what belongs there. */
    @Test
    void p19ADamagedReplicaIsNotWholeForBeingLongEnough() throws IOException {
        ReplicationScript script = committed("a", "b", "c");
        flipMiddleBit(script, 2);
        script.powerCut(2);
        script.start(2);
        script.replicate(2);
        assertThat(fault(script, 2)).isEqualTo(ReplicaFault.CORRUPT);
    }

    /** P19: else it would stay out for good: nothing else happens to it. */
    @Test
    void p19AReportThatArrivesAfterItWasTakenBackIsTakenBackAgain() throws IOException {
        ReplicationScript script = committed("a", "b");
        script.replicate(2);
        script.isr(1);
        script.records(2, ReplicaFault.CORRUPT);
        assertThat(script.broker(2).reports()).isNotEmpty();
        assertThat(fault(script, 2)).isEqualTo(ReplicaFault.NONE);
    }

    /** P19: nor was it forced, and followers are served it all the same. */
    @Test
    void p19UnderFlushOsDamageIsFoundInWhatNobodyForced() throws IOException {
        ReplicationScript script = new ReplicationScript(2, Map.of("flush", "os"));
        script.elect(1, 1, 2);
        script.append(1, "a");
        script.replicate(2);
        damageIsFound(script, 1);
    }

    private static void damageIsFound(ReplicationScript script, int id) throws IOException {
        SimulatedDisk disk = script.broker(id).disk();
        Path file = script.broker(id).logFile();
        flipMiddleBit(script, id);
        PartitionLog log = script.broker(id).log();
        long next = 0;
        do {
            next = log.scrub(next, disk.contents(file).length);
        } while (next > log.logStartOffset());
        assertThat(fault(script, id)).isEqualTo(ReplicaFault.CORRUPT);
    }

    /** P4, I10: an empty log would pass for the whole one. */
    @Test
    void p4AReplicaWhoseDirectoryIsGoneIsLostAndMadeAnewOnlyOnceConfirmed() throws IOException {
        ReplicationScript script = committed("a");
        Path directory = script.broker(2).log().directory();
        script.powerCut(2);
        for (Path file : script.broker(2).disk().list(directory)) {
            script.broker(2).disk().deleteQuietly(file);
        }
        script.broker(2).disk().deleteQuietly(directory);
        script.start(2);
        assertThat(fault(script, 2)).isEqualTo(ReplicaFault.LOST);
        assertThat(script.broker(2).openLog()).isEmpty();
        script.records(2, ReplicaFault.LOST);
        assertThat(script.broker(2).openLog()).as("it is in the ISR yet").isEmpty();
        script.isr(1);
        script.replicate(2);
        assertThat(ScriptInvariants.values(script.broker(2).log())).containsExactly("a");
        assertThat(fault(script, 2)).isEqualTo(ReplicaFault.NONE);
    }

    /** I6: a leader that was elected wrongly takes nothing from a replica that others count on. */
    @Test
    void i6AMemberOfTheIsrCutsNothingBelowItsHighWatermark() throws IOException {
        ReplicationScript script = new ReplicationScript(2, Map.of("flush", "os"));
        script.elect(1, 1, 2);
        script.append(1, "a");
        script.replicate(2);
        script.invariants().mayLose();
        script.powerCut(2);
        script.start(2);
        script.elect(2, 1, 2);
        script.append(2, "x");
        assertThat(script.open(1)).isInstanceOf(OpenOutcome.Diverged.class);
        assertThat(ScriptInvariants.values(script.broker(1).log())).containsExactly("a");
        script.isr(2);
        script.replicate(1);
        assertThat(ScriptInvariants.values(script.broker(1).log()))
                .as("outside of ISR and ELR, in a later epoch")
                .containsExactly("x");
    }

    /** P21: under flush=os nothing is vouched for that a crash of the process alone would lose. */
    @Test
    void p21UnderFlushOsAProcessCrashLosesNothingAndAPowerCutMay() throws IOException {
        ReplicationScript script = new ReplicationScript(2, Map.of("flush", "os"));
        script.elect(1, 1, 2);
        script.append(1, "a");
        script.replicate(2);
        script.broker(2).processCrash();
        script.start(2);
        assertThat(ScriptInvariants.values(script.broker(2).log())).containsExactly("a");
        script.append(1, "b");
        script.replicate(2);
        script.broker(2).powerCut(PowerCut.DROP_ALL_UNSYNCED);
        script.elect(1, 1);
        script.start(2);
        assertThat(ScriptInvariants.values(script.broker(2).log()))
                .as("the first was fsynced by the recovery (P18)")
                .containsExactly("a");
        script.replicate(2);
        assertThat(ScriptInvariants.values(script.broker(2).log())).containsExactly("a", "b");
    }

    private static ReplicationScript committed(String... values) throws IOException {
        ReplicationScript script = new ReplicationScript(2);
        script.elect(1, 1, 2);
        for (String value : values) {
            script.append(1, value);
            script.replicate(2);
        }
        return script;
    }

    private static void flipMiddleBit(ReplicationScript script, int id) {
        SimulatedDisk disk = script.broker(id).disk();
        Path file = script.broker(id).logFile();
        disk.flipBit(file, disk.contents(file).length / 2, 0);
    }

    private static void flipLastBit(ReplicationScript script, int id) {
        SimulatedDisk disk = script.broker(id).disk();
        Path file = script.broker(id).logFile();
        disk.flipBit(file, disk.contents(file).length - 1, 0);
    }

    private static ReplicaFault fault(ReplicationScript script, int id) {
        var reports = script.broker(id).reports();
        assertThat(reports).isNotEmpty();
        return reports.get(reports.size() - 1).fault();
    }
}
