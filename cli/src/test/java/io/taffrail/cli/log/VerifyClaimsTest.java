// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.cli.Cli;
import io.taffrail.logstore.DiskReserve;
import io.taffrail.logstore.LogCompactor;
import io.taffrail.logstore.LogConfig;
import io.taffrail.logstore.LogEnvironment;
import io.taffrail.logstore.LogListener;
import io.taffrail.logstore.PartitionLog;
import io.taffrail.logstore.files.NioFileSystem;
import io.taffrail.logstore.files.SmallFile;
import io.taffrail.logstore.recovery.Checkpoint;
import io.taffrail.logstore.recovery.FsyncedEnd;
import io.taffrail.model.Clock;
import io.taffrail.model.TopicPartition;
import io.taffrail.model.batch.Compression;
import io.taffrail.model.batch.RecordBatchBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files whose checksums are right, and that say something else than the entries do. */
class VerifyClaimsTest {
    private static final TopicPartition PARTITION =
            TopicPartition.parseDirectoryName("orders-3.00000000-0000-0001-0000-000000000002");

    @TempDir Path temp;
    private final NioFileSystem files = new NioFileSystem();

    private PartitionLog open(Path directory) throws IOException {
        LogConfig config =
                LogConfig.DEFAULT
                        .withSegmentBytes(4096)
                        .withIndexIntervalBytes(300)
                        .withCompaction(Duration.ofDays(1));
        return PartitionLog.open(
                new LogEnvironment(
                        files,
                        Clock.SYSTEM,
                        Runnable::run,
                        new DiskReserve(files, temp, Clock.SYSTEM, 0),
                        LogListener.NONE),
                directory,
                PARTITION,
                config,
                OptionalLong.empty());
    }

    /** Batches of one record, under keys that come again, in three leader epochs. */
    private Path make(String name, int batches) throws IOException {
        Path directory = temp.resolve(name);
        try (PartitionLog log = open(directory)) {
            RecordBatchBuilder builder = new RecordBatchBuilder(Compression.NONE);
            for (int i = 0; i < batches; i++) {
                builder.reset().producer(7, 0, i);
                builder.append(
                        1000 + i,
                        ("key" + i % 10).getBytes(UTF_8),
                        "value".getBytes(UTF_8),
                        List.of());
                var unused = log.appendAsLeader(builder.build(), 3 * i / batches * 5);
            }
        }
        return directory;
    }

    private static void assertFound(Path log, String file, String what) {
        Cli.Result verify = Cli.run("log", "verify", log);
        assertThat(verify.out()).containsPattern("DAMAGE: " + file + ": .*" + what);
        assertThat(verify.exitCode()).isEqualTo(1);
    }

    @Test
    void soundAfterCompactionAndRetention() throws IOException {
        Path directory = make("log", 300);
        Cli.Result made = Cli.run("log", "verify", directory);
        assertThat(made.exitCode()).as(made.out()).isZero();
        try (PartitionLog log = open(directory)) {
            log.flush();
            log.advanceHighWatermark(300);
            long before = log.sizeBytes();
            var unused = new LogCompactor(log, 1 << 16).run(System.currentTimeMillis(), 300);
            assertThat(log.sizeBytes()).isLessThan(before / 2);
        }
        Cli.Result compacted = Cli.run("log", "verify", directory);
        assertThat(compacted.out()).doesNotContain("DAMAGE:", "NOTE:");
        assertThat(compacted.exitCode()).isZero();
        assertThat(Cli.run("log", "cat", directory, "--format", "json").exitCode()).isZero();
        assertThat(Cli.run("log", "dump", directory).exitCode()).isZero();
        try (PartitionLog log = open(directory)) {
            log.advanceHighWatermark(300);
            log.advanceLogStart(297);
        }
        Cli.Result retained = Cli.run("log", "verify", directory);
        assertThat(retained.out()).contains("offsets 297 to 299");
        assertThat(retained.exitCode()).as(retained.out()).isZero();
        assertThat(Cli.run("log", "cat", directory, "--from", 290).err())
                .contains("the log starts at 297");
        assertThat(Cli.run("log", "cat", directory).lines()).hasSize(3);
    }

    @Test
    void indexesOfAnotherLogAreFound() throws IOException {
        Path directory = make("log", 100);
        Path other = make("other", 100);
        for (String suffix : List.of(".index", ".timeindex")) {
            Path index = TestLog.files(directory, "0" + suffix).get(0);
            byte[] own = Files.readAllBytes(index);
            Files.copy(
                    other.resolve(index.getFileName()), index, StandardCopyOption.REPLACE_EXISTING);
            assertFound(directory, index.getFileName().toString(), "does not agree");
            Files.write(index, own);
        }
        assertThat(Cli.run("log", "verify", directory).exitCode()).isZero();
    }

    @Test
    void wrongLeaderEpochsAreFound() throws IOException {
        Path directory = make("log", 100);
        SmallFile epochs =
                new SmallFile(
                        files, directory.resolve("leader-epochs"), "taffrail-leader-epochs 1");
        List<String> lines = epochs.read().orElseThrow();
        assertThat(lines).containsExactly("0 0", "5 34", "10 67");
        for (String wrong : List.of("5 33", "5 35", "4 34", "6 34")) {
            epochs.replace(List.of(lines.get(0), wrong, lines.get(2)));
            assertFound(directory, "leader-epochs", "does not agree with the entry");
        }
        Files.delete(epochs.path());
        assertFound(directory, "leader-epochs", "it is missing");
        epochs.replace(lines);
        assertThat(Cli.run("log", "verify", directory).exitCode()).isZero();
    }

    @Test
    void claimsAboveTheEntriesAreFound() throws IOException {
        Path directory = make("log", 100);
        Checkpoint right = Checkpoint.read(files, directory).orElseThrow();
        assertThat(right.recoveryPoint()).isEqualTo(100);

        new Checkpoint(PARTITION, 101, 0, 0, 0, 0).write(files, directory);
        assertFound(directory, "log", "all below 101 was on disk once");
        new Checkpoint(PARTITION, 100, 0, 101, 0, 0).write(files, directory);
        assertFound(directory, "log", "all below 101 was on disk once");
        new Checkpoint(PARTITION, 100, 101, 0, 0, 0).write(files, directory);
        assertFound(directory, "checkpoint", "starts at 101, above its end");
        new Checkpoint(PARTITION, 100, 0, 0, 0, 101).write(files, directory);
        assertFound(directory, "checkpoint", "compaction came to 101");
        right.write(files, directory);
        FsyncedEnd sidecar = FsyncedEnd.read(files, directory);
        try (sidecar) {
            sidecar.write(101);
        }
        assertFound(directory, "log", "all below 101 was on disk once");
    }
}
