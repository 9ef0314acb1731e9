// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication.stream;

import io.netty.buffer.ByteBuf;
import io.taffrail.api.LogFailure;
import io.taffrail.broker.fetch.serve.EntrySource;
import io.taffrail.broker.replication.FailedLog;
import io.taffrail.broker.replication.ReplicaSubscription;
import io.taffrail.logstore.LogReadResult;
import io.taffrail.logstore.LogSlice;
import io.taffrail.logstore.LogSlice.SliceRevokedException;
import io.taffrail.model.LogError;
import java.io.IOException;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what a follower is to get. On the caller's thread, which may wait for the disk. Safe for
 * any thread.
 */
final class FeedReads {
    private static final Logger LOG = LoggerFactory.getLogger(FeedReads.class);

    /** A slice is taken from a reader that slept: then it reads again. */
    private static final int MAX_ATTEMPTS = 3;

    private final EntrySource source;

    FeedReads(EntrySource source) {
        this.source = source;
    }

    /** What one read brought. */
    sealed interface Outcome {
        /**
         * Entries to be sent, and released by whoever has the outcome.
         *
         * @param epochBefore of the entry before {@code fromOffset}
         */
        record Run(long fromOffset, long nextOffset, OptionalInt epochBefore, ByteBuf entries)
                implements Outcome {
            @Override
            public void discard() {
                entries.release();
            }
        }

        /** There is nothing there yet. */
        record Nothing() implements Outcome {}

        /** Reading failed for a bug. */
        record Broken(RuntimeException bug) implements Outcome {}

        /** It cannot go on: the follower opens again. */
        record Failed(LogFailure why) implements Outcome {}

        /** Nobody wants it any more. */
        default void discard() {}
    }

    Outcome read(ReplicaSubscription subscription, long fromOffset, int maxBytes) {
        try {
            for (int attempt = 1; ; attempt++) {
                try {
                    return readOnce(subscription, fromOffset, maxBytes);
                } catch (SliceRevokedException e) {
                    if (attempt == MAX_ATTEMPTS) {
                        throw e;
                    }
                }
            }
        } catch (IOException e) {
            LOG.warn("cannot read for a follower at offset {}", fromOffset, e);
            return new Outcome.Failed(
                    subscription
                            .ended()
                            .orElseGet(
                                    () ->
                                            failed(
                                                    FailedLog.ofReading(e),
                                                    fromOffset,
                                                    e.getMessage())));
        } catch (RuntimeException e) {
            return new Outcome.Broken(e);
        }
    }

    private Outcome readOnce(ReplicaSubscription subscription, long fromOffset, int maxBytes)
            throws IOException {
        LogReadResult result = subscription.read(fromOffset, maxBytes);
        if (result instanceof LogReadResult.OutOfRange range) {
            return new Outcome.Failed(outOfRange(fromOffset, range));
        }
        if (result instanceof LogReadResult.Damaged damaged) {
            return new Outcome.Failed(
                    failed(LogError.CORRUPT_LOG, fromOffset, damaged.damage().toString()));
        }
        LogSlice slice = (LogSlice) result;
        if (slice.bytes() == 0) {
            slice.close();
            return new Outcome.Nothing();
        }
        long nextOffset = slice.nextOffset();
        OptionalInt epochBefore = subscription.epochBefore(fromOffset);
        return new Outcome.Run(fromOffset, nextOffset, epochBefore, source.take(slice));
    }

    private static LogFailure outOfRange(long fromOffset, LogReadResult.OutOfRange range) {
        return LogFailure.of(
                        LogError.OFFSET_OUT_OF_RANGE,
                        "the leader has no offset %d: it begins at %d and ends at %d"
                                .formatted(
                                        fromOffset, range.logStartOffset(), range.logEndOffset()))
                .with("log_start_offset", range.logStartOffset());
    }

    private static LogFailure failed(LogError error, long fromOffset, String why) {
        return LogFailure.of(
                        error, "the leader cannot read offset %d: %s".formatted(fromOffset, why))
                .with("offset", fromOffset);
    }
}
