// SPDX-License-Identifier: Apache-2.0
package io.taffrail.benchmark;

import io.taffrail.logstore.DiskReserve;
import io.taffrail.logstore.LogConfig;
import io.taffrail.logstore.LogEnvironment;
import io.taffrail.logstore.LogListener;
import io.taffrail.logstore.PartitionLog;
import io.taffrail.logstore.files.FileSystem;
import io.taffrail.logstore.files.NioFileSystem;
import io.taffrail.model.Clock;
import io.taffrail.model.TopicId;
import io.taffrail.model.TopicPartition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/**
 * A directory for one scenario's files, and what logs in it need, as a server would give it to
 * them. All of it is gone when it is closed.
 */
final class Workspace implements AutoCloseable {
    private static final int FLUSHERS = 2;

    private final Path directory;
    private final FileSystem files;
    private final ExecutorService flushers = Executors.newFixedThreadPool(FLUSHERS);
    private int logs;

    private Workspace(Path directory, FileSystem files) {
        this.directory = directory;
        this.files = files;
    }

    static Workspace in(Path parent) throws IOException {
        return in(parent, new NioFileSystem());
    }

    static Workspace in(Path parent, FileSystem files) throws IOException {
        return new Workspace(Files.createTempDirectory(parent, "taffrail-benchmark-"), files);
    }

    Path directory() {
        return directory;
    }

    FileSystem files() {
        return files;
    }

    /** A log of a partition of its own. */
    PartitionLog newLog(LogConfig config) throws IOException {
        logs++;
        return open(config, new TopicPartition("benchmark", new TopicId(1, logs), 0));
    }

    /** The log of a partition as it was left. */
    PartitionLog open(LogConfig config, TopicPartition partition) throws IOException {
        LogEnvironment environment =
                new LogEnvironment(
                        files,
                        Clock.SYSTEM,
                        flushers,
                        new DiskReserve(files, directory, Clock.SYSTEM, 0),
                        LogListener.NONE);
        return PartitionLog.open(
                environment,
                directory.resolve(partition.topicId() + "-" + partition.partition()),
                partition,
                config,
                OptionalLong.empty());
    }

    /** Lets a log go, and deletes its files. */
    void discard(PartitionLog log) throws IOException {
        log.abandon();
        delete(log.directory());
    }

    static void delete(Path fileOrDirectory) throws IOException {
        List<Path> paths;
        try (Stream<Path> found = Files.walk(fileOrDirectory)) {
            paths = found.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : paths) {
            Files.delete(path);
        }
    }

    @Override
    public void close() throws IOException {
        flushers.shutdown();
        delete(directory);
    }
}
