// SPDX-License-Identifier: Apache-2.0
package io.taffrail.testsupport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.taffrail.logstore.files.DiskFullException;
import io.taffrail.logstore.files.FileSystem.OpenMode;
import io.taffrail.logstore.files.LogFile;
import io.taffrail.testsupport.Operation.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class SimulatedDiskTest {
    private static final Path DIR = Path.of("/d");
    private static final Path A = DIR.resolve("a");
    private static final Path B = DIR.resolve("b");

    private final SimulatedDisk disk = new SimulatedDisk(1);

    @BeforeEach
    void makeDirectory() throws IOException {
        disk.createDirectories(DIR);
        disk.syncDirectory(Path.of("/"));
    }

    @ParameterizedTest
    @EnumSource
    void keepsWhatWasForcedUnderADurableName(PowerCut kind) throws IOException {
        writeDurably(A, "forced");
        disk.powerCut(kind);
        assertThat(text(A)).isEqualTo("forced");
        assertThat(disk.isDurable(A)).isTrue();
    }

    @Test
    void losesAForcedFileWhoseNameIsNotDurable() throws IOException {
        try (LogFile file = disk.open(A, OpenMode.CREATE)) {
            file.write(0, bytes("forced"));
            file.force();
        }
        assertThat(disk.isDurable(A)).isFalse();
        assertThat(disk.durableBytes(A)).isZero();
        disk.powerCut(PowerCut.DROP_ALL_UNSYNCED);
        assertThat(disk.list(DIR)).isEmpty();
    }

    @Test
    void losesAFileWhoseDirectoryIsNotDurable() throws IOException {
        Path sub = DIR.resolve("sub");
        disk.createDirectories(sub);
        writeDurably(sub.resolve("a"), "forced");
        assertThat(disk.isDurable(sub.resolve("a"))).isFalse();
        disk.powerCut(PowerCut.DROP_ALL_UNSYNCED);
        assertThat(disk.exists(sub)).isFalse();
    }

    @Test
    void undoesARenameThatWasNotSynced() throws IOException {
        writeDurably(A, "new");
        writeDurably(B, "old");
        disk.rename(A, B);
        assertThat(disk.isDurable(B)).isFalse();
        disk.powerCut(PowerCut.DROP_ALL_UNSYNCED);
        assertThat(text(A)).isEqualTo("new");
        assertThat(text(B)).isEqualTo("old");
    }

    @Test
    void undoesADeleteThatWasNotSynced() throws IOException {
        writeDurably(A, "back");
        disk.delete(A);
        disk.powerCut(PowerCut.DROP_ALL_UNSYNCED);
        assertThat(text(A)).isEqualTo("back");
        disk.delete(A);
        disk.syncDirectory(DIR);
        disk.powerCut(PowerCut.DROP_ALL_UNSYNCED);
        assertThat(disk.exists(A)).isFalse();
    }

    @Test
    void movesBetweenDirectoriesAtomically() throws IOException {
        Path other = Path.of("/other");
        disk.createDirectories(other);
        disk.syncDirectory(Path.of("/"));
        writeDurably(A, "moved");
        disk.rename(A, other.resolve("a"));
        disk.powerCut(PowerCut.DROP_ALL_UNSYNCED);
        assertThat(text(A)).isEqualTo("moved");
        assertThat(disk.exists(other.resolve("a"))).isFalse();
        disk.rename(A, other.resolve("a"));
        disk.syncDirectory(DIR);
        disk.powerCut(PowerCut.DROP_ALL_UNSYNCED);
        assertThat(disk.exists(A)).isFalse();
        assertThat(text(other.resolve("a"))).isEqualTo("moved");
    }

    @Test
    void neitherLosesNorDoublesAFileThatMovesBetweenDirectories() throws IOException {
        Path other = Path.of("/other");
        disk.createDirectories(other);
        disk.syncDirectory(Path.of("/"));
        writeDurably(A, "moved");
        for (int i = 0; i < 100; i++) {
            Path from = disk.exists(A) ? A : other.resolve("a");
            Path to = disk.exists(A) ? other.resolve("a") : A;
            disk.open(DIR.resolve("x" + i), OpenMode.CREATE).close();
            disk.rename(from, to);
            disk.open(other.resolve("x" + i), OpenMode.CREATE).close();
            disk.powerCut(PowerCut.REORDER);
            assertThat(disk.exists(A)).isNotEqualTo(disk.exists(other.resolve("a")));
        }
    }

    @Test
    void keepsEverythingThroughAProcessCrashButMakesNothingDurable() throws IOException {
        LogFile file = disk.open(A, OpenMode.CREATE);
        file.write(0, bytes("text"));
        disk.processCrash();
        assertThatExceptionOfType(PowerOffException.class).isThrownBy(file::size);
        file.close();
        assertThat(disk.openHandles()).isZero();
        assertThat(text(A)).isEqualTo("text");
        assertThat(disk.isDurable(A)).isFalse();
        disk.powerCut(PowerCut.DROP_ALL_UNSYNCED);
        assertThat(disk.exists(A)).isFalse();
    }

    @Test
    void makesDurableWhatAPowerCutLeft() throws IOException {
        try (LogFile file = disk.open(A, OpenMode.CREATE)) {
            file.write(0, bytes("text"));
        }
        disk.powerCut(PowerCut.KEEP_ALL);
        assertThat(disk.isDurable(A)).isTrue();
        disk.powerCut(PowerCut.DROP_ALL_UNSYNCED);
        assertThat(text(A)).isEqualTo("text");
    }

    @Test
    void leavesZerosInPlaceOfBytes() throws IOException {
        writeDurably(A, "forced");
        append(A, "lost");
        disk.powerCut(PowerCut.SIZE_WITHOUT_BYTES);
        assertThat(text(A)).isEqualTo("forced\0\0\0\0");
    }

    @Test
    void leavesGarbageOnlyWhereTheFileGrew() throws IOException {
        writeDurably(A, "forced");
        append(A, "x".repeat(10_000));
        disk.powerCut(PowerCut.GARBAGE_TAIL);
        byte[] left = disk.contents(A);
        assertThat(left).hasSize(10_006).startsWith(bytesOf("forced"));
        assertThat(text(A)).doesNotContain("xxxx");
    }

    @Test
    void tearsTheLastWriteAlone() throws IOException {
        Set<Integer> lengths = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            Path path = DIR.resolve("torn" + i);
            writeDurably(path, "forced");
            append(path, "kept");
            append(path, "x".repeat(2000));
            disk.powerCut(PowerCut.TORN_LAST_WRITE);
            assertThat(text(path)).matches("forcedkept(x*)(\0*)").hasSizeLessThanOrEqualTo(2010);
            int kept = (int) text(path).chars().filter(c -> c == 'x').count();
            assertThat(kept).isLessThan(2000);
            lengths.add(kept);
        }
        assertThat(lengths).contains(512 - 10, 1024 - 10).hasSizeGreaterThan(50);
    }

    @Test
    void keepsSectorsEachOnItsOwn() throws IOException {
        Set<String> patterns = new HashSet<>();
        for (int i = 0; i < 300; i++) {
            Path path = DIR.resolve("sectors" + i);
            writeDurably(path, "o".repeat(2048));
            write(path, 0, "n".repeat(2048));
            disk.powerCut(PowerCut.KEEP_RANDOM_SECTORS);
            String text = text(path);
            assertThat(text).matches("(o{512}|n{512}){4}");
            patterns.add(text);
        }
        assertThat(patterns).hasSize(16);
    }

    @Test
    void keepsWholeWritesInAnyOrder() throws IOException {
        Set<String> results = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            Path path = DIR.resolve("reorder" + i);
            writeDurably(path, "");
            write(path, 0, "a");
            write(path, 1, "b");
            disk.powerCut(PowerCut.REORDER);
            results.add(text(path));
        }
        assertThat(results).containsExactlyInAnyOrder("", "a", "\0b", "ab");
    }

    @Test
    void keepsAPrefixOfTheChanges() throws IOException {
        Set<String> results = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            Path path = DIR.resolve("prefix" + i);
            writeDurably(path, "");
            write(path, 0, "a");
            write(path, 1, "b");
            write(path, 2, "c");
            disk.powerCut(PowerCut.KEEP_PREFIX);
            results.add(text(path));
        }
        assertThat(results).containsExactlyInAnyOrder("", "a", "ab", "abc");
    }

    @Test
    void bringsBackWhatAnUnforcedTruncationCut() throws IOException {
        writeDurably(A, "0123456789");
        try (LogFile file = disk.open(A, OpenMode.READ_WRITE)) {
            file.truncate(4);
        }
        assertThat(disk.durableBytes(A)).isEqualTo(4);
        disk.powerCut(PowerCut.DROP_ALL_UNSYNCED);
        assertThat(text(A)).isEqualTo("0123456789");
    }

    @Test
    void isTheSameForTheSameSeed() throws IOException {
        for (PowerCut kind : PowerCut.values()) {
            assertThat(afterAccident(7, kind)).isEqualTo(afterAccident(7, kind));
        }
        assertThat(afterAccident(7, PowerCut.GARBAGE_TAIL))
                .isNotEqualTo(afterAccident(8, PowerCut.GARBAGE_TAIL));
    }

    private static byte[] afterAccident(long seed, PowerCut kind) throws IOException {
        SimulatedDisk disk = new SimulatedDisk(seed);
        try (LogFile file = disk.open(A.getFileName(), OpenMode.CREATE)) {
            disk.syncDirectory(Path.of("/"));
            for (int i = 0; i < 20; i++) {
                file.write(i * 700L, ByteBuffer.wrap(bytesOf(("" + i).repeat(500))));
            }
        }
        disk.powerCut(kind);
        return disk.contents(A.getFileName());
    }

    @Test
    void stopsBeforeAnOperation() throws IOException {
        LogFile file = disk.open(A, OpenMode.CREATE);
        disk.stopAt(disk.operations() + 2, StopMode.BEFORE);
        file.write(0, bytes("done"));
        assertPowerOff(() -> file.write(4, bytes("not")));
        assertPowerOff(() -> file.read(0, ByteBuffer.allocate(1)));
        assertPowerOff(() -> disk.exists(A));
        assertPowerOff(() -> disk.open(A, OpenMode.READ));
        assertThat(disk.isPowerOff()).isTrue();
        disk.processCrash();
        assertThat(text(A)).isEqualTo("done");
        disk.delete(A);
        assertThat(disk.isPowerOff()).isFalse();
    }

    @Test
    void stopsAfterAnOperation() throws IOException {
        disk.stopAt(disk.operations() + 1, StopMode.AFTER);
        assertPowerOff(() -> disk.open(A, OpenMode.CREATE));
        disk.processCrash();
        assertThat(disk.exists(A)).isTrue();
        assertThat(disk.openHandles()).isZero();
    }

    @Test
    void stopsHalfwayThroughAWrite() throws IOException {
        LogFile file = disk.open(A, OpenMode.CREATE);
        disk.stopAt(disk.operations() + 1, StopMode.HALFWAY);
        assertPowerOff(() -> file.write(0, bytes("halfgone")));
        disk.processCrash();
        assertThat(text(A)).isEqualTo("half");
    }

    @Test
    void stopsHalfwayThroughAForce() throws IOException {
        writeDurably(A, "");
        LogFile file = disk.open(A, OpenMode.READ_WRITE);
        file.write(0, bytes("half"));
        file.write(4, bytes("gone"));
        disk.stopAt(disk.operations() + 1, StopMode.HALFWAY);
        assertPowerOff(file::force);
        disk.powerCut(PowerCut.DROP_ALL_UNSYNCED);
        assertThat(text(A)).isEqualTo("half");
    }

    @Test
    void leavesNoTraceOfAnAtomicOperationStoppedHalfway() throws IOException {
        writeDurably(A, "text");
        disk.stopAt(disk.operations() + 1, StopMode.HALFWAY);
        assertPowerOff(() -> disk.rename(A, B));
        disk.processCrash();
        assertThat(disk.list(DIR)).containsExactly(A);
    }

    @Test
    void numbersAndTracesOperations() throws IOException {
        long before = disk.operations();
        writeDurably(A, "text");
        disk.rename(A, B);
        assertThat(disk.operations()).isEqualTo(before + 5);
        List<String> trace = disk.trace();
        assertThat(trace.subList(trace.size() - 5, trace.size()))
                .containsExactly(
                        "#3 CREATE /d/a",
                        "#4 WRITE /d/a [0, 4)",
                        "#5 FORCE /d/a",
                        "#6 SYNC_DIRECTORY /d",
                        "#7 RENAME /d/a -> /d/b");
    }

    @Test
    void failsTheNthMatchingOperationOnce() throws IOException {
        IOException error = new IOException("Input/output error");
        disk.failNth(2, Operation.matching(Kind.WRITE, "a*"), error);
        disk.failNext(Operation.matching(Kind.READ, "a"), error);
        try (LogFile a = disk.open(A, OpenMode.CREATE);
                LogFile b = disk.open(B, OpenMode.CREATE)) {
            a.write(0, bytes("1"));
            b.write(0, bytes("1"));
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> a.write(1, bytes("2")))
                    .isSameAs(error);
            a.write(1, bytes("3"));
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> a.read(0, ByteBuffer.allocate(1)))
                    .isSameAs(error);
            assertThat(a.read(0, ByteBuffer.allocate(9))).isEqualTo(2);
        }
        assertThat(text(A)).isEqualTo("13");
    }

    @Test
    void failsUntilTold() throws IOException {
        disk.failAlways(Operation.matching(Kind.RENAME, "b"), () -> new IOException("broken"));
        writeDurably(A, "");
        for (int i = 0; i < 2; i++) {
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> disk.rename(A, B));
        }
        disk.clearFailures();
        disk.rename(A, B);
        assertThat(disk.exists(B)).isTrue();
    }

    @Test
    void neverMakesDurableWhatAFailedForceDropped() throws IOException {
        writeDurably(A, "forced ");
        disk.failNext(Operation.matching(Kind.FORCE, "a"), new IOException("EIO"));
        try (LogFile file = disk.open(A, OpenMode.READ_WRITE)) {
            file.write(7, bytes("lost "));
            assertThatExceptionOfType(IOException.class).isThrownBy(file::force);
            assertThat(text(A)).isEqualTo("forced lost ");
            file.write(12, bytes("later"));
            file.force();
        }
        assertThat(disk.isDurable(A)).isFalse();
        assertThat(disk.durableBytes(A)).isEqualTo(7);
        disk.powerCut(PowerCut.DROP_ALL_UNSYNCED);
        assertThat(text(A)).isEqualTo("forced \0\0\0\0\0later");
    }

    @Test
    void neverMakesDurableTheNamesThatAFailedSyncDropped() throws IOException {
        writeDurably(A, "text");
        disk.failNext(op -> op.kind() == Kind.SYNC_DIRECTORY, new IOException("EIO"));
        disk.rename(A, B);
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> disk.syncDirectory(DIR));
        disk.syncDirectory(DIR);
        assertThat(disk.exists(B)).isTrue();
        assertThat(disk.isDurable(B)).isFalse();
        disk.powerCut(PowerCut.KEEP_ALL);
        assertThat(disk.list(DIR)).containsExactly(A);
    }

    @Test
    void writesAPartWhenTheDiskIsFull() throws IOException {
        disk.setCapacityBytes(10);
        try (LogFile file = disk.open(A, OpenMode.CREATE)) {
            file.write(0, bytes("01234567"));
            assertThat(disk.usableBytes(DIR)).isEqualTo(2);
            ByteBuffer source = bytes("89abc");
            assertThatExceptionOfType(DiskFullException.class)
                    .isThrownBy(() -> file.write(8, source));
            assertThat(source.remaining()).isEqualTo(3);
            assertThat(text(A)).isEqualTo("0123456789");
            file.write(0, bytes("in place"));
            file.truncate(4);
            assertThat(disk.usableBytes(DIR)).isEqualTo(6);
        }
        disk.powerCut(PowerCut.KEEP_ALL);
        assertThat(disk.usableBytes(DIR)).isEqualTo(6);
    }

    @Test
    void freesTheRoomOfADeletedFileOnceItIsClosed() throws IOException {
        disk.setCapacityBytes(10);
        try (LogFile file = disk.open(A, OpenMode.CREATE)) {
            file.write(0, bytes("0123"));
            disk.delete(A);
            assertThat(disk.usableBytes(DIR)).isEqualTo(6);
        }
        assertThat(disk.usableBytes(DIR)).isEqualTo(10);
    }

    @Test
    void damagesMemoryAndDisk() throws IOException {
        writeDurably(A, "AAAA");
        append(A, "AAAA");
        disk.flipBit(A, 1, 1);
        disk.flipBit(A, 5, 1);
        disk.flipBit(A, 100, 1);
        assertThat(text(A)).isEqualTo("ACAAACAA");
        disk.truncateQuietly(A, 7);
        try (LogFile file = disk.open(A, OpenMode.READ_WRITE)) {
            file.force();
        }
        disk.powerCut(PowerCut.DROP_ALL_UNSYNCED);
        assertThat(text(A)).isEqualTo("ACAAACA");
        writeDurably(B, "");
        disk.rename(A, B);
        disk.deleteQuietly(B);
        disk.powerCut(PowerCut.KEEP_RANDOM_SECTORS);
        assertThat(disk.list(DIR)).isEmpty();
    }

    @Test
    void plantsForcesAndSyncsThatLie() throws IOException {
        disk.ignoreForce(A::equals);
        writeDurably(A, "lost");
        writeDurably(B, "kept");
        disk.ignoreForce(path -> false);
        disk.ignoreDirectorySync(true);
        writeDurably(DIR.resolve("c"), "lost");
        disk.powerCut(PowerCut.DROP_ALL_UNSYNCED);
        assertThat(disk.list(DIR)).containsExactly(A, B);
        assertThat(text(A)).isEmpty();
        assertThat(text(B)).isEqualTo("kept");
    }

    @Test
    void coversNoWriteThatCameWhileAForceWasHeldUp() throws Exception {
        writeDurably(A, "");
        CountDownLatch reached = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        disk.onBeforeForce(
                path -> {
                    reached.countDown();
                    await(released);
                });
        try (LogFile file = disk.open(A, OpenMode.READ_WRITE)) {
            file.write(0, bytes("before"));
            CompletableFuture<Void> force = CompletableFuture.runAsync(() -> forceUnchecked(file));
            await(reached);
            file.write(6, bytes("after"));
            released.countDown();
            force.get(10, SECONDS);
        }
        assertThat(disk.durableBytes(A)).isEqualTo(6);
    }

    @Test
    void failsAForceThatAPowerCutOvertook() throws IOException {
        writeDurably(A, "");
        disk.onBeforeForce(path -> disk.powerCut(PowerCut.DROP_ALL_UNSYNCED));
        LogFile file = disk.open(A, OpenMode.READ_WRITE);
        file.write(0, bytes("lost"));
        assertPowerOff(file::force);
        assertThat(text(A)).isEmpty();
    }

    @Test
    void callsTheHookBeforeAWrite() throws IOException {
        Predicate<Path> isA = A::equals;
        disk.onBeforeWrite(
                path -> {
                    if (isA.test(path)) {
                        throw new IOException("no");
                    }
                });
        append(B, "text");
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> append(A, "text"));
        assertThat(text(A)).isEmpty();
    }

    @Test
    void isFastEnough() throws IOException {
        byte[] kilobyte = new byte[1024];
        Arrays.fill(kilobyte, (byte) 1);
        try (LogFile file = disk.open(A, OpenMode.CREATE)) {
            for (int i = 0; i < 50_000; i++) {
                file.write(i * 1024L, ByteBuffer.wrap(kilobyte));
                if (i % 10 == 0) {
                    file.force();
                }
            }
            assertThat(file.size()).isEqualTo(50_000L * 1024);
        }
    }

    private static void assertPowerOff(ThrowingCallable call) {
        assertThatExceptionOfType(PowerOffException.class).isThrownBy(call);
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            assertThat(latch.await(10, SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static void forceUnchecked(LogFile file) {
        try {
            file.force();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void writeDurably(Path path, String text) throws IOException {
        try (LogFile file = disk.open(path, OpenMode.CREATE)) {
            file.write(0, bytes(text));
            file.force();
        }
        disk.syncDirectory(path.getParent());
    }

    private void append(Path path, String text) throws IOException {
        try (LogFile file = disk.open(path, OpenMode.CREATE)) {
            file.write(file.size(), bytes(text));
        }
    }

    private void write(Path path, long position, String text) throws IOException {
        try (LogFile file = disk.open(path, OpenMode.READ_WRITE)) {
            file.write(position, bytes(text));
        }
    }

    private String text(Path path) {
        return new String(disk.contents(path), UTF_8);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(bytesOf(text));
    }

    private static byte[] bytesOf(String text) {
        return text.getBytes(UTF_8);
    }
}
