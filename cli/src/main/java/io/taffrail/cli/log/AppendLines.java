// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.log;

import static io.taffrail.model.batch.RecordBatchLayout.HEADER_BYTES;

import io.taffrail.cli.CommandFailedException;
import io.taffrail.cli.Streams;
import io.taffrail.cli.log.BatchAppender.RejectedException;
import io.taffrail.cli.records.LineReader;
import io.taffrail.cli.records.LineReader.LineTooLongException;
import io.taffrail.logstore.DiskReserve;
import io.taffrail.logstore.LogConfig;
import io.taffrail.logstore.LogEnvironment;
import io.taffrail.logstore.LogListener;
import io.taffrail.logstore.PartitionLog;
import io.taffrail.logstore.files.DiskFullException;
import io.taffrail.logstore.recovery.RecoveryReport;
import io.taffrail.model.Clock;
import io.taffrail.model.LogError;
import io.taffrail.model.TopicPartition;
import io.taffrail.model.batch.Compression;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;

/**
 * Appends lines to a log: takes its lock, opens it, which recovers it, appends, makes it all
 * durable, and says what came of it.
 */
final class AppendLines {
    /** What a record takes beside its key and value, at most: tags and lengths. */
    private static final int RECORD_OVERHEAD_BYTES = 32;

    private final Streams streams;
    private final LogDirectory directory;
    private final LogConfig config;
    private final Compression compression;
    private final int batchBytes;
    private final Optional<byte[]> keySeparator;

    AppendLines(
            Streams streams,
            LogDirectory directory,
            LogConfig config,
            Compression compression,
            int batchBytes,
            Optional<byte[]> keySeparator) {
        this.streams = streams;
        this.directory = directory;
        this.config = config;
        this.compression = compression;
        this.batchBytes = batchBytes;
        this.keySeparator = keySeparator;
    }

    void run(InputStream in, TopicPartition partition) throws IOException {
        Files.createDirectories(directory.path());
        int threads = Runtime.getRuntime().availableProcessors();
        ExecutorService flusher = Executors.newSingleThreadExecutor(daemons("flusher"));
        ExecutorService compressing = Executors.newFixedThreadPool(threads, daemons("compression"));
        AppendProgress progress = new AppendProgress(streams);
        Outcome outcome;
        DirectoryLock lock = DirectoryLock.take(directory.path());
        try (lock;
                PartitionLog log = open(flusher, partition)) {
            outcome =
                    append(
                            in,
                            new BatchAppender(
                                    log,
                                    compression,
                                    batchBytes,
                                    compression == Compression.NONE ? Runnable::run : compressing,
                                    threads,
                                    progress));
        } finally {
            progress.end();
            compressing.shutdownNow();
            flusher.shutdownNow();
        }
        report(outcome, progress);
    }

    /**
     * How an append ended.
     *
     * @param durable what is in the log
     * @param failure why it is not all that was to be; empty if it is
     */
    private record Outcome(AppendTally durable, Optional<String> failure) {}

    private void report(Outcome outcome, AppendProgress progress) throws CommandFailedException {
        streams.err().println(outcome.durable.summary(progress.elapsedNanos()));
        if (outcome.failure.isPresent()) {
            throw new CommandFailedException(
                    outcome.failure.get() + ". " + whatIsStored(outcome.durable));
        }
    }

    private static ThreadFactory daemons(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    private PartitionLog open(ExecutorService flusher, TopicPartition partition)
            throws IOException {
        LogEnvironment environment =
                new LogEnvironment(
                        directory.files(),
                        Clock.SYSTEM,
                        flusher,
                        new DiskReserve(
                                directory.files(),
                                directory.absolutePath(),
                                Clock.SYSTEM,
                                AppendCommand.RESERVE_BYTES),
                        LogListener.NONE);
        PartitionLog log =
                PartitionLog.open(
                        environment,
                        directory.absolutePath(),
                        partition,
                        config,
                        OptionalLong.empty());
        RecoveryReport report = log.recoveryReport();
        if (!report.damage().isEmpty()) {
            log.abandon();
            throw new CommandFailedException(
                    directory.path()
                            + ": the log is damaged, and takes nothing: "
                            + report.damage().get(0)
                            + ". 'taffrail log verify' shows all of it");
        }
        if (report.bytesCut() > 0) {
            streams.err()
                    .println(
                            "the last append was not finished: cut "
                                    + report.bytesCut()
                                    + " bytes behind offset "
                                    + (report.logEndOffset() - 1));
        }
        return log;
    }

    private Outcome append(InputStream in, BatchAppender appender) throws IOException {
        try {
            Optional<String> failure = appendAll(in, appender);
            return new Outcome(appender.awaitDurable(), failure);
        } catch (IOException e) {
            throw new CommandFailedException(
                    failed(e)
                            + ". The first "
                            + appender.durable().records()
                            + " lines are certainly stored; what is, 'taffrail log verify' says",
                    e);
        }
    }

    private Optional<String> appendAll(InputStream in, BatchAppender appender) throws IOException {
        try {
            Optional<String> failure = addAll(new LineReader(in, maxLineBytes()), appender);
            appender.finish();
            return failure;
        } catch (RejectedException e) {
            return Optional.of(rejected(e));
        }
    }

    /** Adds lines to the end, or to the first that cannot be; says why it stopped there. */
    private Optional<String> addAll(LineReader lines, BatchAppender appender)
            throws IOException, RejectedException {
        try {
            while (next(lines)) {
                add(lines, appender);
            }
            return Optional.empty();
        } catch (LineTooLongException e) {
            return Optional.of(
                    "line %d is longer than the %d bytes that --max-message-bytes %d allows"
                            .formatted(e.lineNumber(), maxLineBytes(), config.maxMessageBytes()));
        } catch (InputFailedException e) {
            return Optional.of("the input cannot be read further: " + e.getMessage());
        }
    }

    /** Reading failed, not the log. */
    private static final class InputFailedException extends Exception {
        private static final long serialVersionUID = 1;

        InputFailedException(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }

    private static boolean next(LineReader lines)
            throws LineTooLongException, InputFailedException {
        try {
            return lines.next();
        } catch (IOException e) {
            throw new InputFailedException(e);
        }
    }

    private void add(LineReader lines, BatchAppender appender)
            throws IOException, RejectedException {
        ByteBuffer line = lines.line();
        int lineBytes = line.remaining() + 1;
        int split = keySeparator.isPresent() ? lines.indexOf(keySeparator.get()) : -1;
        if (split < 0) {
            appender.add(null, line, lineBytes);
        } else {
            int keyBytes = split - line.position();
            int valueAt = split + keySeparator.get().length;
            ByteBuffer key = line.slice(line.position(), keyBytes);
            appender.add(key, line.slice(valueAt, line.limit() - valueAt), lineBytes);
        }
    }

    private int maxLineBytes() {
        return config.maxMessageBytes() - HEADER_BYTES - RECORD_OVERHEAD_BYTES;
    }

    private String rejected(RejectedException e) {
        if (e.result().error() == LogError.DISK_FULL) {
            return diskFull();
        }
        return e.result().error() + ": " + e.getMessage();
    }

    private String failed(IOException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof DiskFullException) {
                return diskFull();
            }
        }
        return e.getMessage();
    }

    private String diskFull() {
        return directory.path()
                + ": the disk is full ("
                + (AppendCommand.RESERVE_BYTES >> 20)
                + " MiB of it are kept free): make room";
    }

    private static String whatIsStored(AppendTally durable) {
        return durable.records() == 0
                ? "Nothing was appended"
                : "The first %d lines are stored: go on with line %d"
                        .formatted(durable.records(), durable.records() + 1);
    }
}
