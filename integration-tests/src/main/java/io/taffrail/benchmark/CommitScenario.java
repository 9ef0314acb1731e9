// SPDX-License-Identifier: Apache-2.0
package io.taffrail.benchmark;

import io.taffrail.logstore.LogConfig;
import io.taffrail.logstore.PartitionLog;
import io.taffrail.logstore.files.FileSystem;
import io.taffrail.logstore.files.NioFileSystem;
import io.taffrail.model.batch.ProducedBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * Appends that are each acknowledged only once they are on disk, by 1, 8 and 64 threads at a time.
 * Beside it, one thread that writes and forces the same bytes, over and over. Both on the disk as
 * it is, and as if each fsync took longer.
 */
final class CommitScenario implements Scenario {
    private static final int POOL = 256;

    @Override
    public void run(Settings settings, Consumer<Finding> findings) throws Exception {
        for (Duration delay : List.of(Duration.ZERO, settings.forceDelay())) {
            for (int batchBytes : List.of(1 << 10, 4 << 10)) {
                findings.accept(compare(settings, delay, batchBytes, 1).withGoal(0.9));
                findings.accept(compare(settings, delay, batchBytes, 8).withGoal(4));
                findings.accept(compare(settings, delay, batchBytes, 64).withGoal(10));
            }
        }
    }

    private static Finding compare(Settings settings, Duration delay, int batchBytes, int threads)
            throws Exception {
        List<ProducedBatch> batches = Batches.of(POOL, batchBytes, 1 << 10);
        List<ByteBuffer> entries = batches.stream().map(Batches::entry).toList();
        FileSystem disk = new NioFileSystem();
        FileSystem files = delay.isZero() ? disk : new SlowForceFileSystem(disk, delay);
        ExecutorService appenders = Executors.newFixedThreadPool(threads);
        try (Workspace workspace = Workspace.in(settings.directory(), files)) {
            return settings.comparison()
                    .of(
                            "commit, %d KB batches, %d threads%s"
                                    .formatted(
                                            batchBytes >> 10,
                                            threads,
                                            delay.isZero()
                                                    ? ""
                                                    : ", fsync +" + delay.toMillis() + " ms"),
                            "batches/s",
                            () -> writeBare(workspace, settings, delay, entries),
                            () -> append(workspace, settings, batches, appenders, threads));
        } finally {
            appenders.shutdown();
        }
    }

    private static double writeBare(
            Workspace workspace, Settings settings, Duration delay, List<ByteBuffer> entries)
            throws IOException {
        Path path = workspace.directory().resolve("bare");
        try (BareFile file = new BareFile(path, delay)) {
            long began = System.nanoTime();
            long end = began + settings.slice().toNanos();
            int done = 0;
            for (; System.nanoTime() - end < 0; done++) {
                file.write(entries.get(done % entries.size()));
                file.force();
            }
            return done / Settings.seconds(began);
        }
    }

    private static double append(
            Workspace workspace,
            Settings settings,
            List<ProducedBatch> batches,
            ExecutorService appenders,
            int threads)
            throws Exception {
        PartitionLog log = workspace.newLog(LogConfig.DEFAULT);
        try {
            long began = System.nanoTime();
            long end = began + settings.slice().toNanos();
            Callable<Integer> appender = () -> appendUntil(end, log, batches);
            int done = 0;
            for (Future<Integer> one :
                    appenders.invokeAll(new ArrayList<>(Collections.nCopies(threads, appender)))) {
                done += one.get();
            }
            return done / Settings.seconds(began);
        } finally {
            workspace.discard(log);
        }
    }

    private static int appendUntil(long end, PartitionLog log, List<ProducedBatch> batches)
            throws IOException {
        int done = 0;
        for (; System.nanoTime() - end < 0; done++) {
            log.awaitDurable(AppendScenario.appendOne(log, batches.get(done % batches.size())));
        }
        return done;
    }
}
