// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.taffrail.logstore.files.NioFileSystem;
import io.taffrail.model.Clock;
import io.taffrail.model.TopicId;
import io.taffrail.model.TopicPartition;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Opens, appends to and closes logs on the real file system thousands of times, and counts what the
 * process holds before and after. A cycle forces a dozen files, 25 ms on a slow disk, so the
 * ordinary build makes 600 of the soak's ten thousand.
 */
class HandleLeakTest {
    private static final LogConfig CONFIG = LogConfig.DEFAULT.withSegmentBytes(1024);
    private static final int TOLERANCE = 8; // what the JVM itself opens and closes meanwhile

    @TempDir Path folder;

    private record Held(long files, long threads, long mappings) {
        static Held now() throws IOException {
            return new Held(
                    count("/proc/self/fd"),
                    Thread.getAllStackTraces().size(),
                    Files.readAllLines(Path.of("/proc/self/maps")).stream()
                            .filter(line -> line.contains(".log") || line.contains(".index"))
                            .count());
        }

        private static long count(String directory) throws IOException {
            try (Stream<Path> entries = Files.list(Path.of(directory))) {
                return entries.count();
            }
        }
    }

    @Test
    void holdsNothingAfterClosing() throws IOException {
        cycle(60, 10);
    }

    @Tag("soak")
    @Test
    void holdsNothingAfterTenThousandCycles() throws IOException {
        cycle(1000, 10);
    }

    private void cycle(int logs, int rounds) throws IOException {
        assumeTrue(Files.exists(Path.of("/proc/self/fd")));
        useOnce(0, 0); // loads classes
        Held before = Held.now();
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < logs; i++) {
                useOnce(i, round);
            }
        }
        Held after = Held.now();
        assertThat(after.files).isLessThanOrEqualTo(before.files + TOLERANCE);
        assertThat(after.threads).isLessThanOrEqualTo(before.threads + TOLERANCE);
        assertThat(after.mappings).isLessThanOrEqualTo(before.mappings);
    }

    private void useOnce(int number, int round) throws IOException {
        TopicPartition partition = new TopicPartition("leaks", new TopicId(3, 4), number);
        PartitionLog log = open(partition);
        for (int i = 0; i < 3; i++) {
            log.appendAsLeader(SampleBatches.batch("value ".repeat(60) + i), round);
        }
        try (LogSlice slice =
                (LogSlice) log.readVerified(log.logStartOffset(), Long.MAX_VALUE, 5000)) {
            assertThat(slice.bytes()).isPositive();
        }
        if (round % 4 == 3) {
            log.advanceHighWatermark(log.logEndOffset());
            log.advanceLogStart(log.logEndOffset() - 1);
        }
        if (round % 3 == 1) {
            log.abandon();
        } else {
            log.close();
        }
    }

    private PartitionLog open(TopicPartition partition) throws IOException {
        NioFileSystem files = new NioFileSystem();
        LogEnvironment environment =
                new LogEnvironment(
                        files,
                        Clock.SYSTEM,
                        Runnable::run,
                        new DiskReserve(files, folder, Clock.SYSTEM, 0),
                        LogListener.NONE);
        return PartitionLog.open(
                environment,
                folder.resolve(partition.directoryName()),
                partition,
                CONFIG.withFlush(FlushPolicy.OS),
                OptionalLong.empty());
    }

    @Test
    void readersKeepTheirBytesWhenSegmentsGo() throws IOException {
        TopicPartition partition = new TopicPartition("readers", new TopicId(3, 4), 0);
        PartitionLog log = open(partition);
        List<LogSlice> slices = new ArrayList<>();
        List<ByteBuffer> bytes = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            log.appendAsLeader(SampleBatches.batch("value ".repeat(60) + i), 1);
            LogSlice slice = (LogSlice) log.read(i, Long.MAX_VALUE, 1);
            slices.add(slice);
            bytes.add(slice.copy());
        }
        log.advanceHighWatermark(40);
        log.advanceLogStart(40);
        assertThat(log.segmentCount()).isEqualTo(1);
        assertThat(log.openSlices()).isEqualTo(40);
        for (int i = 0; i < 40; i++) {
            assertThat(slices.get(i).copy()).isEqualTo(bytes.get(i));
        }
        if (Files.exists(Path.of("/proc/self/fd"))) {
            assertThat(deletedAndOpen()).isPositive();
        }
        slices.forEach(LogSlice::close);
        assertThat(log.openSlices()).isZero();
        log.close();
        if (Files.exists(Path.of("/proc/self/fd"))) {
            assertThat(deletedAndOpen()).isZero();
        }
    }

    /** Files below the folder that are deleted, and that this process holds open. */
    private long deletedAndOpen() throws IOException {
        try (Stream<Path> handles = Files.list(Path.of("/proc/self/fd"))) {
            return handles.filter(this::leadsToADeletedFile).count();
        }
    }

    private boolean leadsToADeletedFile(Path handle) {
        try {
            String target = Files.readSymbolicLink(handle).toString();
            return target.startsWith(folder.toString()) && target.endsWith(" (deleted)");
        } catch (IOException e) {
            return false; // closed since the list was read
        }
    }
}
