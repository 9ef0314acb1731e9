// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.logstore.files.FileSystem.OpenMode;
import io.taffrail.logstore.files.LogFile;
import io.taffrail.model.TopicId;
import io.taffrail.model.TopicPartition;
import io.taffrail.model.batch.Compression;
import io.taffrail.model.batch.RecordBatchBuilder;
import io.taffrail.testsupport.SimulatedClock;
import io.taffrail.testsupport.SimulatedDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Random and mutated bytes in place of every file of a log, and in place of what a leader sends:
 * opening, reading, searching, scrubbing and compacting answer or throw {@link IOException},
 * nothing else, and what is read back verified is nothing that was not written. The long form runs
 * for its share of {@code -Dfuzz.minutes}.
 */
class LogStoreFuzzTest {
    private static final TopicPartition PARTITION =
            new TopicPartition("fuzz", new TopicId(3, 4), 5);
    private static final List<Compression> CODECS = List.of(Compression.values());
    private static final Path DIRECTORY = Path.of("/data/log");
    private static final LogConfig CONFIG =
            LogConfig.DEFAULT
                    .withSegmentBytes(4096)
                    .withIndexIntervalBytes(256)
                    .withCompaction(Duration.ZERO)
                    .withMaxMessageBytes(8192);

    @Test
    void damagedFilesAreAnsweredOrRefused() throws IOException {
        for (long seed = 1; seed <= 400; seed++) {
            tryOnce(seed);
        }
    }

    /** Seeds that once found something. */
    @Test
    void whatWasFoundBefore() throws IOException {
        tryOnce(1_023_590); // a bad entry that claims to end before it begins: the read went on for
        // ever
    }

    @Test
    @Tag("fuzz")
    void damagedFilesAreAnsweredOrRefusedForMinutes() throws IOException {
        long deadline =
                System.nanoTime()
                        + Duration.ofSeconds(Long.getLong("fuzz.minutes", 10) * 20).toNanos();
        for (long seed = 1_000_000; System.nanoTime() < deadline; seed++) {
            tryOnce(seed);
        }
    }

    private static PartitionLog open(SimulatedDisk disk) throws IOException {
        SimulatedClock clock = new SimulatedClock();
        LogEnvironment environment =
                new LogEnvironment(
                        disk,
                        clock,
                        Runnable::run,
                        new DiskReserve(disk, DIRECTORY.getParent(), clock, 0),
                        LogListener.NONE);
        return PartitionLog.open(environment, DIRECTORY, PARTITION, CONFIG, OptionalLong.empty());
    }

    private static void tryOnce(long seed) throws IOException {
        Random random = new Random(seed);
        SimulatedDisk disk = new SimulatedDisk(seed);
        disk.createDirectories(DIRECTORY.getParent());
        fill(disk, random);
        if (random.nextBoolean()) {
            disk.processCrash();
        }
        int mutations = 1 + random.nextInt(3);
        for (int i = 0; i < mutations; i++) {
            mutate(disk, random);
        }
        try (PartitionLog log = open(disk)) {
            use(log, random);
        } catch (IOException e) {
            assertThat(e.getMessage()).as("seed %d", seed).isNotBlank();
        } catch (RuntimeException | Error e) {
            throw new AssertionError("seed " + seed, e);
        }
    }

    private static void fill(SimulatedDisk disk, Random random) throws IOException {
        PartitionLog log = open(disk);
        for (int i = 0; i < 60; i++) {
            RecordBatchBuilder batch =
                    new RecordBatchBuilder(CODECS.get(random.nextInt(CODECS.size())))
                            .producer(7, 0, i);
            byte[] value = new byte[random.nextInt(120)];
            batch.append(i, ("key " + random.nextInt(9)).getBytes(UTF_8), value, List.of());
            log.appendAsLeader(batch.build(), i / 20);
            if (random.nextInt(10) == 0) {
                log.flush();
            }
        }
        log.advanceHighWatermark(log.logEndOffset());
        if (random.nextBoolean()) {
            log.close();
        } else {
            log.abandon();
        }
    }

    private static void mutate(SimulatedDisk disk, Random random) throws IOException {
        List<Path> all = disk.list(DIRECTORY);
        Path file = all.get(random.nextInt(all.size()));
        byte[] bytes = disk.contents(file);
        switch (random.nextInt(6)) {
            case 0 -> disk.truncateQuietly(file, random.nextInt(bytes.length + 1));
            case 1 -> disk.deleteQuietly(file);
            case 2 ->
                    overwrite(
                            disk,
                            file,
                            random,
                            random.nextInt(bytes.length + 1),
                            random.nextInt(600));
            case 3 -> overwrite(disk, file, random, bytes.length, random.nextInt(3000));
            case 4 -> copyInside(disk, file, bytes, random);
            default -> {
                if (bytes.length > 0) {
                    disk.flipBit(file, random.nextInt(bytes.length), random.nextInt(8));
                }
            }
        }
    }

    private static void overwrite(SimulatedDisk disk, Path file, Random random, int at, int count)
            throws IOException {
        byte[] noise = new byte[count];
        random.nextBytes(noise);
        try (LogFile open = disk.open(file, OpenMode.READ_WRITE)) {
            open.write(at, ByteBuffer.wrap(noise));
            open.force();
        }
    }

    /** Whole entries in the wrong place, as often as not. */
    private static void copyInside(SimulatedDisk disk, Path file, byte[] bytes, Random random)
            throws IOException {
        int from = random.nextInt(bytes.length + 1);
        int count = random.nextInt(bytes.length - from + 1);
        try (LogFile open = disk.open(file, OpenMode.READ_WRITE)) {
            open.write(random.nextInt(bytes.length + 1), ByteBuffer.wrap(bytes, from, count));
            open.force();
        }
    }

    private static void use(PartitionLog log, Random random) throws IOException {
        long next = log.logStartOffset();
        int steps = 0;
        while (next < log.logEndOffset() && steps++ < 500) {
            LogReadResult result = log.readVerified(next, Long.MAX_VALUE, 500);
            if (result instanceof LogSlice slice) {
                try (slice) {
                    next = Math.max(next + 1, slice.nextOffset());
                }
            } else if (result instanceof LogReadResult.Damaged damaged) {
                next = Math.max(next + 1, damaged.damage().endOffset());
            } else {
                break;
            }
        }
        Optional<TimedOffset> unused = log.offsetOfTime(random.nextInt(70), log.logEndOffset());
        long position = log.logStartOffset();
        for (int i = 0; i < 20; i++) {
            position = log.scrub(position, 1000);
        }
        byte[] noise = new byte[random.nextInt(300)];
        random.nextBytes(noise);
        if (log.recoveryReport().damage().isEmpty()) {
            log.appendAsFollower(ByteBuffer.wrap(noise), log.logEndOffset(), OptionalInt.empty());
            log.advanceHighWatermark(log.logEndOffset());
            new LogCompactor(log, 4096).run(Long.MAX_VALUE / 2, Long.MAX_VALUE);
        } else {
            long cutAt = Math.max(log.logStartOffset(), log.damage().get(0).fromOffset());
            if (cutAt <= log.logEndOffset()) {
                log.truncateTo(cutAt, TruncationReason.OUT_OF_ISR_AND_ELR);
            }
        }
    }
}
