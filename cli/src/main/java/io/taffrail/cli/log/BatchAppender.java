// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.log;

import io.taffrail.logstore.AppendResult;
import io.taffrail.logstore.PartitionLog;
import io.taffrail.model.batch.Compression;
import io.taffrail.model.batch.ProducedBatch;
import io.taffrail.model.batch.RecordBatchBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/**
 * Brings records into a log, in order and in batches. The caller's thread fills and appends;
 * batches are compressed on other threads meanwhile, and fsyncs run beside. All three are bounded,
 * so memory is constant. One thread.
 */
final class BatchAppender {
    private static final long FLUSH_EVERY_BYTES = 8 << 20;
    private static final int MAX_FLUSHES = 4;

    private final PartitionLog log;
    private final int leaderEpoch;
    private final int batchBytes;
    private final Executor compressing;
    private final AppendProgress progress;
    private final Deque<RecordBatchBuilder> idle = new ArrayDeque<>();
    private final Deque<Filled> filled = new ArrayDeque<>();
    private final Deque<Flush> flushes = new ArrayDeque<>();
    private RecordBatchBuilder filling;
    private long fillingLineBytes;
    private long timestampMs;
    private AppendTally appended;
    private AppendTally durable;
    private long bytesSinceFlush;

    private record Filled(
            CompletableFuture<ProducedBatch> batch, RecordBatchBuilder builder, long lineBytes) {}

    private record Flush(CompletableFuture<Void> done, AppendTally covered) {}

    /** The log did not take a batch, and takes none of those after it. */
    static final class RejectedException extends Exception {
        private static final long serialVersionUID = 1;
        private final transient AppendResult.Rejected result;

        RejectedException(AppendResult.Rejected result) {
            super(result.message());
            this.result = result;
        }

        AppendResult.Rejected result() {
            return result;
        }
    }

    /**
     * An appender to the end of {@code log}.
     *
     * @param batchBytes of records, not compressed, that make a batch
     * @param compressing runs up to {@code threads} compressions at once
     */
    BatchAppender(
            PartitionLog log,
            Compression compression,
            int batchBytes,
            Executor compressing,
            int threads,
            AppendProgress progress) {
        this.log = log;
        this.leaderEpoch = log.latestEpoch().orElse(0);
        this.batchBytes = batchBytes;
        this.compressing = compressing;
        this.progress = progress;
        this.appended = AppendTally.at(log.logEndOffset());
        this.durable = appended;
        for (int i = 0; i < threads + 2; i++) {
            idle.add(new RecordBatchBuilder(compression));
        }
        this.filling = idle.remove();
    }

    /**
     * Adds a record.
     *
     * @param key null if there is none
     * @param lineBytes that it took in the input
     */
    void add(ByteBuffer key, ByteBuffer value, int lineBytes)
            throws IOException, RejectedException {
        if (filling.recordCount() == 0) {
            timestampMs = System.currentTimeMillis();
        } else if (filling.payloadBytes() + lineBytes > batchBytes) {
            handOver();
            timestampMs = System.currentTimeMillis();
        }
        filling.append(timestampMs, key, value, List.of());
        fillingLineBytes += lineBytes;
    }

    private void handOver() throws IOException, RejectedException {
        RecordBatchBuilder full = filling;
        filled.add(
                new Filled(
                        CompletableFuture.supplyAsync(full::build, compressing),
                        full,
                        fillingLineBytes));
        fillingLineBytes = 0;
        if (idle.isEmpty()) {
            appendFirst();
        }
        filling = idle.remove();
    }

    private void appendFirst() throws IOException, RejectedException {
        Filled first = filled.remove();
        ProducedBatch batch = built(first.batch);
        AppendResult result = log.appendAsLeader(batch, leaderEpoch);
        if (result instanceof AppendResult.Rejected rejected) {
            throw new RejectedException(rejected);
        }
        idle.add(first.builder.reset());
        appended = appended.plus(batch.recordCount(), first.lineBytes, batch.entryBytes());
        bytesSinceFlush += batch.entryBytes();
        if (bytesSinceFlush >= FLUSH_EVERY_BYTES) {
            beginFlush();
        }
    }

    private static ProducedBatch built(CompletableFuture<ProducedBatch> batch) {
        try {
            return batch.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private void beginFlush() throws IOException {
        bytesSinceFlush = 0;
        flushes.add(new Flush(log.whenDurable(appended.endOffset()), appended));
        while (!flushes.isEmpty()
                && (flushes.peek().done.isDone() || flushes.size() > MAX_FLUSHES)) {
            AppendTally covered = flushes.remove().covered;
            log.awaitDurable(covered.endOffset());
            durable = covered;
        }
        progress.show(durable);
    }

    /** Appends what was added and is not in a batch yet. */
    void finish() throws IOException, RejectedException {
        if (filling.recordCount() > 0) {
            handOver();
        }
        while (!filled.isEmpty()) {
            appendFirst();
        }
    }

    /** Waits until all that was appended is durable, and says what that is. */
    AppendTally awaitDurable() throws IOException {
        log.awaitDurable(appended.endOffset());
        durable = appended;
        return durable;
    }

    /** What is known to be durable. */
    AppendTally durable() {
        return durable;
    }
}
