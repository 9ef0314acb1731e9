// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore;

import static io.taffrail.logstore.SampleBatches.PARTITION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taffrail.logstore.AppendResult.Appended;
import io.taffrail.logstore.AppendResult.Rejected;
import io.taffrail.logstore.StoredLog.Left;
import io.taffrail.logstore.files.DiskFullException;
import io.taffrail.logstore.recovery.RecoveryReport.Outcome;
import io.taffrail.model.LogError;
import io.taffrail.testsupport.Operation;
import io.taffrail.testsupport.Operation.Kind;
import io.taffrail.testsupport.PowerCut;
import io.taffrail.testsupport.SimulatedClock;
import io.taffrail.testsupport.SimulatedDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Disks that fail, fill up and hang, while a log is in use. */
@Timeout(60)
class LogIoErrorTest {
    private static final Path DIRECTORY = Path.of("/data").resolve(PARTITION.directoryName());
    private static final LogConfig CONFIG =
            LogConfig.DEFAULT.withSegmentBytes(1024).withIndexIntervalBytes(200);
    private static final long WHOLE_DISK_BYTES = 1L << 40; // as a simulated disk has

    private final SimulatedClock clock = new SimulatedClock();
    private SimulatedDisk disk;
    private DiskReserve reserve;
    private final List<IOException> failures = new ArrayList<>();
    private final List<Duration> slowness = new ArrayList<>();

    private PartitionLog open(Executor flusher) throws IOException {
        LogListener listener =
                new LogListener() {
                    @Override
                    public void ioFailed(PartitionLog log, IOException cause) {
                        failures.add(cause);
                    }

                    @Override
                    public void ioSlow(PartitionLog log, Duration duration) {
                        slowness.add(duration);
                    }
                };
        return PartitionLog.open(
                new LogEnvironment(disk, clock, flusher, reserve, listener),
                DIRECTORY,
                PARTITION,
                CONFIG,
                OptionalLong.empty());
    }

    private void newDisk(long seed, long reserveBytes) throws IOException {
        disk = new SimulatedDisk(seed);
        disk.createDirectories(DIRECTORY.getParent());
        disk.syncDirectory(Path.of("/"));
        reserve = new DiskReserve(disk, DIRECTORY.getParent(), clock, reserveBytes);
        failures.clear();
        slowness.clear();
    }

    // EIO

    /** What was reached when the disk failed. */
    private static final class Progress {
        final List<Entry> appended = new ArrayList<>();
        final List<CompletableFuture<Void>> waiters = new ArrayList<>();
        long acknowledgedEnd;
        boolean done;
    }

    /** Everything that writes; stops at the first exception. */
    private void use(PartitionLog log, Progress progress) throws IOException {
        for (int i = 0; i < 14; i++) {
            var batch =
                    i % 2 == 0
                            ? SampleBatches.batch(3, 0, i / 2, "a" + i)
                            : SampleBatches.batch("value ".repeat(20 + i));
            Entry entry = Entry.stored(PARTITION, batch, log.logEndOffset(), i / 4, clock.wallMs());
            assertThat(log.appendAsLeader(batch, i / 4)).isInstanceOf(Appended.class);
            progress.appended.add(entry);
            if (i % 3 == 0) {
                progress.waiters.add(log.whenDurable(log.logEndOffset()));
                log.awaitDurable(log.logEndOffset());
                progress.acknowledgedEnd = log.logEndOffset();
                log.advanceHighWatermark(log.logEndOffset());
            }
            if (i == 8) {
                log.checkpoint();
                log.advanceLogStart(7);
            }
        }
        log.truncateTo(log.logEndOffset() - 1, TruncationReason.OUT_OF_ISR_AND_ELR);
        progress.appended.remove(progress.appended.size() - 1);
        progress.acknowledgedEnd = Math.min(progress.acknowledgedEnd, log.logEndOffset());
        log.flush();
        progress.acknowledgedEnd = log.logEndOffset();
        progress.done = true;
    }

    @ParameterizedTest
    @EnumSource
    void givesUpAtTheFirstFailureAndLosesNothing(Kind kind) throws IOException {
        int failed = 0;
        for (int nth = 1; ; nth++) {
            newDisk(nth, 0);
            PartitionLog log = open(Runnable::run);
            AtomicBoolean struck = new AtomicBoolean();
            disk.failAlways(
                    failingAt(nth, kind, struck), () -> new IOException("Input/output error"));
            Progress progress = new Progress();
            try {
                use(log, progress);
            } catch (IOException e) {
                assertThat(struck).as("failed by itself: %s", e).isTrue();
            }
            disk.clearFailures();
            if (!struck.get()) {
                assertThat(progress.done).isTrue();
                break;
            }
            try {
                if (!progress.done) {
                    hasGivenUp(log, progress, kind);
                    failed++;
                }
                keptAfterAPowerCut(progress);
            } catch (IOException | RuntimeException | AssertionError e) {
                throw new AssertionError(
                        "the " + nth + "th " + kind + ":\n  " + String.join("\n  ", disk.trace()),
                        e);
            }
        }
        assertThat(failed).isGreaterThan(kind == Kind.MAKE_DIRECTORY ? -1 : 0);
    }

    /** The nth operation of a kind, and whatever comes after it on a disk that is done for. */
    private static Predicate<Operation> failingAt(int nth, Kind kind, AtomicBoolean struck) {
        int[] left = {nth};
        return operation -> {
            if (operation.kind() == kind && --left[0] == 0) {
                struck.set(true);
                return true;
            }
            return false;
        };
    }

    private void hasGivenUp(PartitionLog log, Progress progress, Kind kind) throws IOException {
        if (kind == Kind.READ) {
            return; // says nothing of what is written
        }
        assertThat(failures).as("what the owner was told").hasSize(1);
        assertThat(progress.waiters).allMatch(CompletableFuture::isDone);
        if (log.durableEndOffset() < log.logEndOffset()) {
            assertThat(log.whenDurable(log.logEndOffset())).isCompletedExceptionally();
            assertThatThrownBy(() -> log.awaitDurable(log.logEndOffset()))
                    .isInstanceOf(IOException.class);
        }
        assertThatThrownBy(() -> log.appendAsLeader(SampleBatches.batch("late"), 50))
                .isInstanceOf(LogFailedException.class);
        assertThatThrownBy(log::checkpoint).isInstanceOf(LogFailedException.class);
        assertThatThrownBy(
                        () ->
                                log.truncateTo(
                                        log.logEndOffset(), TruncationReason.OUT_OF_ISR_AND_ELR))
                .isInstanceOf(LogFailedException.class);
        List<Entry> readable =
                LogContents.read(log, log.logStartOffset(), progress.acknowledgedEnd, 500);
        assertThat(readable)
                .isEqualTo(entries(progress, log.logStartOffset(), progress.acknowledgedEnd));
        log.close();
        assertThat(disk.openHandles()).as("open: %s", disk.openPaths()).isZero();
    }

    /** P18, also for a log that is damaged beside: what repairs that would take writes again. */
    @Test
    void noRepairGoesOnOnADiskThatFailed() throws IOException {
        newDisk(1, 0);
        PartitionLog log = open(Runnable::run);
        for (int i = 0; i < 5; i++) {
            log.appendAsLeader(SampleBatches.batch("stored " + i), 1);
        }
        log.flush();
        Path segment = log.segments().get(0).path();
        disk.flipBit(segment, disk.contents(segment).length - 1, 3);
        assertThat(log.readVerified(4, 5, 1000)).isInstanceOf(LogReadResult.Damaged.class);
        disk.failNext(
                Operation.matching(Kind.FORCE, "*.log"), new IOException("Input/output error"));
        log.appendAsLeader(SampleBatches.batch("not stored"), 1);
        assertThatThrownBy(() -> log.awaitDurable(6)).hasMessageContaining("Input/output error");

        assertThatThrownBy(() -> log.truncateTo(4, TruncationReason.OUT_OF_ISR_AND_ELR))
                .isInstanceOf(LogFailedException.class)
                .hasMessageContaining("takes nothing: an I/O error: Input/output error");
        assertThatThrownBy(() -> log.appendAsLeader(SampleBatches.batch("late"), 1))
                .isInstanceOf(LogFailedException.class);
        assertThat(log.damage()).hasSize(1);
        log.close();
    }

    @Test
    void anOpeningThatFailsLeavesNothingOpenAndNothingLost() throws IOException {
        for (Left left : Left.values()) {
            for (int nth = 1; ; nth++) {
                StoredLog stored = new StoredLog(left);
                stored.disk.failNth(nth, any -> true, new IOException("Input/output error"));
                try {
                    stored.open().close();
                    break; // and that was all that it does
                } catch (IOException e) {
                    assertThat(stored.disk.openHandles())
                            .as("after the %sth: open: %s", nth, stored.disk.openPaths())
                            .isZero();
                }
                stored.disk.clearFailures();
                stored.disk.powerCut(PowerCut.DROP_ALL_UNSYNCED);
                assertThat(stored.openAndTellTheTruth(false)).isZero();
            }
        }
    }

    private static List<Entry> entries(Progress progress, long from, long end) {
        return progress.appended.stream()
                .filter(entry -> entry.endOffset() > from && entry.endOffset() <= end)
                .toList();
    }

    private void keptAfterAPowerCut(Progress progress) throws IOException {
        disk.powerCut(PowerCut.DROP_ALL_UNSYNCED);
        PartitionLog log = open(Runnable::run);
        assertThat(log.damage()).isEmpty();
        assertThat(log.logEndOffset()).isGreaterThanOrEqualTo(progress.acknowledgedEnd);
        assertThat(LogContents.read(log, log.logStartOffset(), progress.acknowledgedEnd, 500))
                .isEqualTo(entries(progress, log.logStartOffset(), progress.acknowledgedEnd));
        log.close();
    }

    // A full disk

    @Test
    void refusesWhatDoesNotFitAndGoesOn() throws IOException {
        for (int room = 0; room < 1600; room += 13) {
            newDisk(room, 0);
            PartitionLog log = open(Runnable::run);
            List<Entry> taken = new ArrayList<>();
            appendOne(log, "first", taken);
            log.awaitDurable(1);
            long used = WHOLE_DISK_BYTES - disk.usableBytes(DIRECTORY);
            disk.setCapacityBytes(used + room); // the reserve does not know yet
            boolean refused = false;
            for (int i = 0; i < 12; i++) {
                refused |= !appendOne(log, "value ".repeat(30) + i, taken);
                if (i % 3 == 2 && log.durableEndOffset() < log.logEndOffset()) {
                    log.awaitDurable(log.logEndOffset());
                }
                assertThat(log.logEndOffset()).isEqualTo(taken.size());
            }
            assertThat(refused).as("with room for %s bytes", room).isTrue();
            assertThat(failures).isEmpty();
            assertThat(LogContents.readAll(log)).isEqualTo(taken);
            makeRoom();
            clock.advance(Duration.ofSeconds(1));
            assertThat(appendOne(log, "there is room", taken)).isTrue();
            log.awaitDurable(log.logEndOffset());
            assertThat(LogContents.readAll(log)).isEqualTo(taken);
            disk.powerCut(PowerCut.DROP_ALL_UNSYNCED);
            PartitionLog again = open(Runnable::run);
            assertThat(again.recoveryReport().outcome()).isEqualTo(Outcome.CLEAN);
            assertThat(LogContents.readAll(again)).isEqualTo(taken);
            LogContents.checkEpochs(again, taken);
            again.close();
        }
    }

    /** Whether it was taken; each in an epoch of its own, so that small files are written too. */
    private boolean appendOne(PartitionLog log, String value, List<Entry> taken)
            throws IOException {
        int epoch = taken.size() + 1;
        Entry entry =
                Entry.stored(
                        PARTITION,
                        SampleBatches.batch(value),
                        log.logEndOffset(),
                        epoch,
                        clock.wallMs());
        AppendResult result = log.appendAsLeader(SampleBatches.batch(value), epoch);
        if (result instanceof Rejected rejected) {
            assertThat(rejected.error()).isEqualTo(LogError.DISK_FULL);
            return false;
        }
        taken.add(entry);
        return true;
    }

    /** Nothing is left for files that grow, nor of the reserve. */
    private void fillDisk() throws IOException {
        disk.setCapacityBytes(WHOLE_DISK_BYTES - disk.usableBytes(DIRECTORY));
    }

    private void makeRoom() {
        disk.setCapacityBytes(WHOLE_DISK_BYTES);
    }

    /** Of the older one, all is true: the log goes on, and needs a little longer to open again. */
    @Test
    void aCheckpointThatDoesNotFitIsLeftOut() throws IOException {
        newDisk(1, 0);
        PartitionLog log = open(Runnable::run);
        List<Entry> taken = new ArrayList<>();
        appendOne(log, "first", taken);
        log.awaitDurable(1);
        fillDisk();
        log.checkpoint();
        assertThat(failures).isEmpty();
        makeRoom();
        clock.advance(Duration.ofSeconds(1));
        assertThat(appendOne(log, "there is room", taken)).isTrue();
        log.awaitDurable(2);
        log.checkpoint();
        disk.powerCut(PowerCut.DROP_ALL_UNSYNCED);
        PartitionLog again = open(Runnable::run);
        assertThat(LogContents.readAll(again)).isEqualTo(taken);
        again.close();
    }

    @Test
    void aLogStartThatDoesNotFitIsRaisedOnceThereIsRoom() throws IOException {
        newDisk(1, 0);
        PartitionLog log = open(Runnable::run);
        List<Entry> taken = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            appendOne(log, "value ".repeat(20) + i, taken);
        }
        log.awaitDurable(20);
        log.advanceHighWatermark(20);
        int segments = log.segmentCount();
        fillDisk();
        assertThatThrownBy(() -> log.advanceLogStart(19)).isInstanceOf(DiskFullException.class);
        assertThat(log.logStartOffset()).isZero();
        assertThat(log.segmentCount()).isEqualTo(segments);
        assertThat(failures).isEmpty();
        makeRoom();
        log.advanceLogStart(19);
        assertThat(log.logStartOffset()).isEqualTo(19);
        assertThat(log.segmentCount()).isLessThan(segments);
        log.close();
    }

    /** Half a cut must not pass for a whole one: not without opening the log anew. */
    @Test
    void aCutThatFindsNoRoomGivesTheLogUpAndLosesNothing() throws IOException {
        newDisk(1, 0);
        PartitionLog log = open(Runnable::run);
        List<Entry> taken = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            appendOne(log, "value " + i, taken);
        }
        log.awaitDurable(4);
        fillDisk();
        assertThatThrownBy(() -> log.truncateTo(2, TruncationReason.OUT_OF_ISR_AND_ELR))
                .isInstanceOf(LogFailedException.class)
                .hasCauseInstanceOf(DiskFullException.class);
        assertThat(failures).hasSize(1);
        makeRoom();
        log.close();
        PartitionLog again = open(Runnable::run);
        assertThat(LogContents.readAll(again)).isEqualTo(taken);
        assertThat(again.truncateTo(2, TruncationReason.OUT_OF_ISR_AND_ELR)).isEqualTo(2);
        again.close();
    }

    @Test
    void leavesTheReserveFree() throws IOException {
        newDisk(1, 10_000);
        disk.setCapacityBytes(20_000);
        PartitionLog log = open(Runnable::run);
        List<Entry> taken = new ArrayList<>();
        int refused = 0;
        for (int i = 0; i < 100; i++) {
            clock.advance(Duration.ofMillis(300));
            refused += appendOne(log, "value ".repeat(30) + i, taken) ? 0 : 1;
        }
        assertThat(refused).isGreaterThan(20);
        assertThat(disk.usableBytes(DIRECTORY)).isGreaterThan(9_000); // less indexes, small files
        log.flush();
        log.advanceHighWatermark(log.logEndOffset());
        log.advanceLogStart(log.logEndOffset() - 2); // there is room for that
        clock.advance(Duration.ofMillis(300));
        assertThat(reserve.exhausted()).isFalse();
        assertThat(appendOne(log, "room again", taken)).isTrue();
        FollowerAppendResult followed =
                log.appendAsFollower(
                        Entry.stored(
                                        PARTITION,
                                        SampleBatches.batch("x".repeat(15_000)),
                                        log.logEndOffset(),
                                        1_000,
                                        0)
                                .bytes(),
                        log.logEndOffset(),
                        log.latestEpoch());
        assertThat(followed).isInstanceOf(FollowerAppendResult.DiskFull.class);
        log.close();
    }

    // A slow disk

    @Test
    void appendsDoNotWaitForARunningFsync() throws Exception {
        newDisk(1, 0);
        ExecutorService flusher = Executors.newSingleThreadExecutor();
        try {
            PartitionLog log = open(flusher);
            CountDownLatch inForce = new CountDownLatch(1);
            CountDownLatch release = new CountDownLatch(1);
            disk.onBeforeForce(
                    path -> {
                        if (path.toString().endsWith(".log")) {
                            inForce.countDown();
                            await(release);
                        }
                    });
            log.appendAsLeader(SampleBatches.batch("first"), 1);
            CompletableFuture<Void> first = log.whenDurable(1);
            await(inForce);
            List<CompletableFuture<Void>> later = new ArrayList<>();
            for (int i = 0; i < 40; i++) { // over several segments
                log.appendAsLeader(SampleBatches.batch("value ".repeat(20) + i), 1);
                later.add(log.whenDurable(log.logEndOffset()));
            }
            assertThat(LogContents.readAll(log)).hasSize(41);
            assertThat(first).isNotDone();
            assertThat(later).noneMatch(CompletableFuture::isDone);
            assertThat(log.durableEndOffset()).isZero();
            clock.advance(Duration.ofSeconds(7));
            log.reportSlowIo(Duration.ofSeconds(10));
            assertThat(slowness).isEmpty();
            log.reportSlowIo(Duration.ofSeconds(5));
            assertThat(slowness).containsExactly(Duration.ofSeconds(7));
            release.countDown();
            first.get(30, TimeUnit.SECONDS);
            for (CompletableFuture<Void> each : later) {
                each.get(30, TimeUnit.SECONDS);
            }
            assertThat(log.durableEndOffset()).isEqualTo(41);
            disk.powerCut(PowerCut.DROP_ALL_UNSYNCED);
            disk.onBeforeForce(path -> {});
            PartitionLog again = open(flusher);
            assertThat(LogContents.readAll(again)).hasSize(41);
            again.close();
        } finally {
            flusher.shutdown();
        }
    }

    @Test
    void nobodyWaitsForMoreThanThereIs() throws IOException {
        newDisk(1, 0);
        PartitionLog log = open(Runnable::run);
        log.appendAsLeader(SampleBatches.batch("one"), 1);
        assertThat(log.whenDurable(2)).isCompletedExceptionally();
        assertThatThrownBy(() -> log.awaitDurable(2)).isInstanceOf(IOException.class);
        log.awaitDurable(1);
        log.close();
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            if (!latch.await(30, TimeUnit.SECONDS)) {
                throw new IOException("waited too long");
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Test
    void everybodyWhoWaitsIsToldOfTheFailure() throws Exception {
        newDisk(1, 0);
        ExecutorService flusher = Executors.newSingleThreadExecutor();
        try {
            PartitionLog log = open(flusher);
            log.appendAsLeader(SampleBatches.batch("kept"), 1);
            log.awaitDurable(1);
            CountDownLatch release = new CountDownLatch(1);
            disk.onBeforeForce(path -> await(release));
            disk.failNext(
                    Operation.matching(Kind.FORCE, "*.log"), new IOException("Input/output error"));
            List<CompletableFuture<Void>> waiters = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                log.appendAsLeader(SampleBatches.batch("lost " + i), 1);
                waiters.add(log.whenDurable(log.logEndOffset()));
            }
            release.countDown();
            for (CompletableFuture<Void> waiter : waiters) {
                assertThatThrownBy(() -> waiter.get(30, TimeUnit.SECONDS))
                        .hasRootCauseInstanceOf(IOException.class);
            }
            flusher.submit(() -> {}).get(); // behind the call of the listener
            assertThat(failures).hasSize(1);
            assertThat(log.durableEndOffset()).isEqualTo(1);
            assertThat(LogContents.readAll(log)).hasSize(21);
            disk.powerCut(PowerCut.KEEP_ALL); // a failed force has dropped its bytes
            PartitionLog again = open(flusher);
            assertThat(LogContents.read(again, 0, 1, 100)).hasSize(1);
            again.close();
        } finally {
            flusher.shutdown();
        }
    }
}
