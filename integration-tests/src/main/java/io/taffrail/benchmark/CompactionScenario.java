// SPDX-License-Identifier: Apache-2.0
package io.taffrail.benchmark;

import io.taffrail.logstore.FlushPolicy;
import io.taffrail.logstore.LogCompactor;
import io.taffrail.logstore.LogConfig;
import io.taffrail.logstore.PartitionLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Random;
import java.util.function.Consumer;

/**
 * A pass of compaction over a log in which each key was written several times. Beside it, what a
 * copy of the log takes that is forced at its end. The rates are of what the log held before.
 */
final class CompactionScenario implements Scenario {
    private static final int RECORD_BYTES = 256;
    private static final int BATCH_BYTES = 64 << 10;
    private static final int MAP_BYTES = 128 << 20;
    private static final int CHUNK_BYTES = 256 << 10;
    private static final LogConfig CONFIG =
            LogConfig.DEFAULT
                    .withFlush(FlushPolicy.OS)
                    .withSegmentBytes(128 << 20)
                    .withCompaction(Duration.ofDays(1));

    @Override
    public void run(Settings settings, Consumer<Finding> findings) throws Exception {
        int keys = settings.logBytes() / RECORD_BYTES / 4; // each is written about four times
        Comparison few = new Comparison(Math.min(3, settings.comparison().rounds()), 1);
        try (Workspace workspace = Workspace.in(settings.directory())) {
            findings.accept(
                    few.of(
                            "compaction, %d B records, %,d keys".formatted(RECORD_BYTES, keys),
                            "MB/s",
                            () -> copyBare(workspace, settings.logBytes()),
                            () -> compact(workspace, settings.logBytes(), keys)));
        }
    }

    private static double copyBare(Workspace workspace, int bytes) throws IOException {
        Path from = workspace.directory().resolve("from");
        Path to = workspace.directory().resolve("to");
        try (FileChannel source = create(from);
                FileChannel target = create(to)) {
            ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
            new Random(1).nextBytes(chunk.array());
            while (source.position() < bytes) {
                source.write(chunk.rewind());
            }
            source.force(false);
            source.position(0);
            long began = System.nanoTime();
            while (source.read(chunk.clear()) >= 0) {
                target.write(chunk.flip());
            }
            target.force(false);
            return Settings.megabytesPerSecond(source.size(), began);
        } finally {
            Files.delete(from);
            Files.delete(to);
        }
    }

    private static FileChannel create(Path path) throws IOException {
        return FileChannel.open(
                path,
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
    }

    private static double compact(Workspace workspace, int bytes, int keys) throws IOException {
        PartitionLog log = workspace.newLog(CONFIG);
        try {
            Random random = new Random(1);
            while (log.sizeBytes() < bytes) {
                AppendScenario.appendOne(
                        log, Batches.keyed(random, keys, BATCH_BYTES, RECORD_BYTES));
            }
            log.flush();
            log.advanceHighWatermark(log.logEndOffset());
            LogCompactor compactor = new LogCompactor(log, MAP_BYTES);
            long before = log.sizeBytes();
            long began = System.nanoTime();
            LogCompactor.Result result = compactor.run(System.currentTimeMillis(), 0);
            double rate = Settings.megabytesPerSecond(before, began);
            if (result.bytesWritten() >= before) {
                throw new IllegalStateException("nothing was compacted: " + result);
            }
            return rate;
        } finally {
            workspace.discard(log);
        }
    }
}
