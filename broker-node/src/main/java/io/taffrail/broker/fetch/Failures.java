// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.fetch;

import com.google.rpc.Status;
import io.taffrail.api.LogFailure;
import io.taffrail.api.StatusTranslator;
import io.taffrail.broker.replication.FailedLog;
import io.taffrail.broker.replication.PartitionLeader;
import io.taffrail.model.LogError;
import java.io.IOException;

/** How reading fails, in words. */
final class Failures {
    /** What ends a slot that came to its end as it should. */
    static final Status OK = Status.getDefaultInstance();

    private Failures() {}

    static LogFailure outOfRange(PartitionLeader leader, long offset) {
        LogFailure failure =
                LogFailure.of(
                                LogError.OFFSET_OUT_OF_RANGE,
                                "%s has no offset %d: it begins at %d and ends at %d"
                                        .formatted(
                                                leader.partition(),
                                                offset,
                                                leader.logStartOffset(),
                                                leader.logEndOffset()))
                        .with("log_start_offset", leader.logStartOffset());
        return leader.highWatermark().isPresent()
                ? failure.with("high_watermark", leader.highWatermark().getAsLong())
                : failure;
    }

    static LogFailure corrupt(PartitionLeader leader, long offset) {
        return LogFailure.of(
                        LogError.CORRUPT_LOG,
                        "%s cannot be read at offset %d on this broker"
                                .formatted(leader.partition(), offset))
                .with("offset", offset);
    }

    /** The log's file could not be read there. */
    static LogFailure unreadable(PartitionLeader leader, long offset, IOException cause) {
        return LogFailure.of(
                        FailedLog.ofReading(cause),
                        "%s cannot be read at offset %d on this broker: %s"
                                .formatted(leader.partition(), offset, cause.getMessage()))
                .with("offset", offset);
    }

    static LogFailure tooLarge(long offset, long bytes, int limitBytes) {
        return LogFailure.of(
                        LogError.BATCH_TOO_LARGE,
                        "what is at offset %d has %d bytes, the reader takes messages of up to %d"
                                .formatted(offset, bytes, limitBytes))
                .with("limit", limitBytes)
                .with("offset", offset)
                .with("size", bytes)
                .inField("open.max_message_bytes");
    }

    static LogFailure highWatermarkUnknown(PartitionLeader leader) {
        return LogFailure.of(
                        LogError.LEADER_UNKNOWN,
                        "the leader of %s does not know its high watermark yet"
                                .formatted(leader.partition()))
                .with("leader_epoch", leader.leaderEpoch());
    }

    static Status status(LogFailure failure) {
        return StatusTranslator.toStatus(failure);
    }
}
