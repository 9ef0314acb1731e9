// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.fetch;

import io.netty.buffer.ByteBuf;
import io.taffrail.api.v1.FetchResponse;
import io.taffrail.broker.fetch.serve.EntrySource;
import io.taffrail.logstore.LogReadResult;
import io.taffrail.logstore.LogSlice;
import io.taffrail.logstore.LogSlice.SliceRevokedException;
import io.taffrail.model.batch.Compression;
import io.taffrail.model.batch.RecordBatchLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the log, and makes of what it finds something to be sent. On the caller's thread, which may
 * wait for the disk. Safe for any thread.
 */
final class LogReads {
    private static final Logger LOG = LoggerFactory.getLogger(LogReads.class);

    /** A slice is taken from a reader that slept, or whose log was cut: then it reads again. */
    private static final int MAX_ATTEMPTS = 3;

    private static final EntrySource HEAP = EntrySource.heap();

    private final EntrySource source;

    LogReads(EntrySource source) {
        this.source = source;
    }

    /** Entries as they are stored, or encoded anew where the reader cannot decompress them. */
    ReadOutcome batches(ReadPlan plan, Set<Compression> accepted) {
        return read(
                plan,
                slice -> {
                    ByteBuf entries = source.take(slice);
                    boolean handedOver = false;
                    try {
                        ReadOutcome outcome = batches(plan, accepted, entries);
                        handedOver =
                                outcome instanceof ReadOutcome.Content content
                                        && content.entries().isPresent();
                        return outcome;
                    } finally {
                        if (!handedOver) {
                            entries.release();
                        }
                    }
                });
    }

    private static ReadOutcome batches(ReadPlan plan, Set<Compression> accepted, ByteBuf entries) {
        ByteBuffer bytes = entries.nioBuffer();
        EntryRun run = EntryRun.measure(bytes, plan, accepted);
        if (run.bytes() > 0) {
            entries.writerIndex(entries.readerIndex() + run.bytes());
            return new ReadOutcome.Content(
                    FetchResponse.newBuilder(),
                    Optional.of(entries),
                    run.bytes(),
                    run.records(),
                    run.nextOffset());
        }
        return switch (run.stop()) {
            case DONE -> new ReadOutcome.Nothing();
            case AT_END -> new ReadOutcome.Gap(plan.endOffset());
            case DAMAGED ->
                    new ReadOutcome.Failed(Failures.corrupt(plan.leader(), plan.fromOffset()));
            case TOO_LARGE ->
                    new ReadOutcome.Failed(
                            Failures.tooLarge(
                                    RecordBatchLayout.baseOffset(bytes, 0),
                                    RecordBatchLayout.entryBytes(bytes, 0),
                                    plan.maxMessageBytes()));
            case NOT_ACCEPTED -> ReencodedRun.of(bytes, plan, accepted);
        };
    }

    /** Single records. */
    ReadOutcome records(ReadPlan plan) {
        return read(
                plan,
                slice -> {
                    ByteBuf entries = HEAP.take(slice);
                    try {
                        return RecordRun.of(entries.nioBuffer(), plan);
                    } finally {
                        entries.release();
                    }
                });
    }

    /** What becomes of a slice, which it closes. */
    private interface Use {
        ReadOutcome of(LogSlice slice) throws IOException;
    }

    private static ReadOutcome read(ReadPlan plan, Use use) {
        try {
            for (int attempt = 1; ; attempt++) {
                try {
                    return readOnce(plan, use);
                } catch (SliceRevokedException e) {
                    if (attempt == MAX_ATTEMPTS) {
                        throw e;
                    }
                }
            }
        } catch (IOException e) {
            if (plan.leader().ended().isPresent()) {
                return new ReadOutcome.Failed(plan.leader().ended().get());
            }
            LOG.warn("cannot read {} at {}", plan.leader().partition(), plan.fromOffset(), e);
            return new ReadOutcome.Failed(Failures.unreadable(plan.leader(), plan.fromOffset(), e));
        }
    }

    private static ReadOutcome readOnce(ReadPlan plan, Use use) throws IOException {
        OptionalLong highWatermark = plan.leader().highWatermark(); // as it was before the read
        LogReadResult result = plan.leader().read(plan.fromOffset(), plan.maxBytes());
        if (result instanceof LogReadResult.OutOfRange) {
            return new ReadOutcome.Failed(Failures.outOfRange(plan.leader(), plan.fromOffset()));
        }
        if (result instanceof LogReadResult.Damaged) {
            return new ReadOutcome.Failed(Failures.corrupt(plan.leader(), plan.fromOffset()));
        }
        LogSlice slice = (LogSlice) result;
        if (slice.bytes() == 0) {
            slice.close();
            return new ReadOutcome.Nothing();
        }
        if (isTooLittle(plan, slice, highWatermark)) {
            slice.close();
            return new ReadOutcome.TooLittle();
        }
        return use.of(slice);
    }

    private static boolean isTooLittle(ReadPlan plan, LogSlice slice, OptionalLong highWatermark) {
        return slice.bytes() < plan.minBytes()
                && slice.nextOffset() < plan.endOffset()
                && slice.nextOffset() >= highWatermark.orElse(Long.MAX_VALUE);
    }
}
