// SPDX-License-Identifier: Apache-2.0
package io.taffrail.benchmark;

import io.taffrail.logstore.AppendResult.Appended;
import io.taffrail.logstore.FlushPolicy;
import io.taffrail.logstore.LogConfig;
import io.taffrail.logstore.PartitionLog;
import io.taffrail.model.batch.ProducedBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * A leader's append, from a batch in memory to bytes in the page cache: validation, checksums,
 * stamps, indexes, the write. Beside it, a checksum and a write of the same bytes. Each run writes
 * a new file and deletes it, so that the disk has nothing to do with it.
 */
final class AppendScenario implements Scenario {
    private static final int POOL_BYTES = 16 << 20; // more than the nearer caches hold
    private static final int BATCH_BYTES = 256 << 10;

    @Override
    public void run(Settings settings, Consumer<Finding> findings) throws Exception {
        findings.accept(compare(settings, 1 << 10, false).withGoal(0.8));
        findings.accept(compare(settings, 100, false).withGoal(0.8));
        findings.accept(compare(settings, 1 << 10, true));
    }

    private static Finding compare(Settings settings, int recordBytes, boolean checksumGiven)
            throws Exception {
        List<ProducedBatch> built = Batches.of(POOL_BYTES / BATCH_BYTES, BATCH_BYTES, recordBytes);
        List<ByteBuffer> entries = built.stream().map(Batches::entry).toList();
        List<ProducedBatch> batches =
                checksumGiven ? entries.stream().map(Batches::withChecksum).toList() : built;
        try (Workspace workspace = Workspace.in(settings.directory())) {
            return settings.comparison()
                    .of(
                            "append, 256 KB batches, %d B records%s"
                                    .formatted(recordBytes, checksumGiven ? ", checksummed" : ""),
                            "MB/s",
                            () -> writeBare(workspace, settings, entries),
                            () -> append(workspace, settings, batches));
        }
    }

    private static double writeBare(
            Workspace workspace, Settings settings, List<ByteBuffer> entries) throws IOException {
        Path path = workspace.directory().resolve("bare");
        try (BareFile file = new BareFile(path, Duration.ZERO)) {
            long written = 0;
            long began = System.nanoTime();
            for (int i = 0; written < settings.sliceBytes(); i++) {
                ByteBuffer entry = entries.get(i % entries.size());
                file.write(entry);
                written += entry.limit();
            }
            return Settings.megabytesPerSecond(written, began);
        }
    }

    private static double append(
            Workspace workspace, Settings settings, List<ProducedBatch> batches)
            throws IOException {
        PartitionLog log = workspace.newLog(LogConfig.DEFAULT.withFlush(FlushPolicy.OS));
        try {
            long written = 0;
            long began = System.nanoTime();
            for (int i = 0; written < settings.sliceBytes(); i++) {
                ProducedBatch batch = batches.get(i % batches.size());
                appendOne(log, batch);
                written += batch.entryBytes();
            }
            return Settings.megabytesPerSecond(written, began);
        } finally {
            workspace.discard(log);
        }
    }

    /** Appends, and returns one past the last offset. */
    static long appendOne(PartitionLog log, ProducedBatch batch) throws IOException {
        if (log.appendAsLeader(batch, 0) instanceof Appended appended) {
            return appended.endOffset();
        }
        throw new IllegalStateException("a batch was not appended");
    }
}
