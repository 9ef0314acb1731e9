// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.fetch;

import io.taffrail.api.LogFailure;
import io.taffrail.broker.replication.PartitionLeader;
import io.taffrail.logstore.TimedOffset;
import io.taffrail.model.LogError;
import io.taffrail.model.OffsetAndEpoch;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

/** What a {@link StartPoint} comes to in a log as it is now. */
sealed interface Start {
    /** Reading begins here. */
    record At(long offset) implements Start {}

    /** The leader does not know its high watermark yet, and it counts (P13). */
    record NotYet() implements Start {}

    /** There is no such place. */
    record Refused(LogFailure failure) implements Start {}

    static Start find(PartitionLeader leader, StartPoint point) {
        if (point instanceof StartPoint.Earliest) {
            return new At(leader.logStartOffset());
        }
        if (point instanceof StartPoint.AtOffset at) {
            return atOffset(leader, at);
        }
        OptionalLong highWatermark = leader.highWatermark();
        if (highWatermark.isEmpty()) {
            return new NotYet();
        }
        if (point instanceof StartPoint.BeforeLatest before) {
            long wanted = highWatermark.getAsLong() - before.records(); // neither is negative
            return new At(Math.max(wanted, leader.logStartOffset()));
        }
        return atTime(leader, (StartPoint.AtTime) point, highWatermark.getAsLong());
    }

    private static Start atOffset(PartitionLeader leader, StartPoint.AtOffset at) {
        if (at.offset() < leader.logStartOffset()) {
            return new Refused(Failures.outOfRange(leader, at.offset()));
        }
        Optional<LogFailure> truncated = truncatedBelow(leader, at);
        if (truncated.isPresent()) {
            return new Refused(truncated.get());
        }
        return at.offset() > leader.logEndOffset()
                ? new Refused(Failures.outOfRange(leader, at.offset()))
                : new At(at.offset());
    }

    /** Whether the log was cut below what the reader has read (KIP-320). */
    private static Optional<LogFailure> truncatedBelow(
            PartitionLeader leader, StartPoint.AtOffset at) {
        if (at.leaderEpoch().isEmpty()) {
            return Optional.empty();
        }
        int epoch = at.leaderEpoch().getAsInt();
        Optional<OffsetAndEpoch> end = leader.endOfEpoch(epoch);
        // Without an epoch as old, the log begins later than the reader's: it may still go on here.
        long endOffset = end.map(OffsetAndEpoch::offset).orElse(leader.logStartOffset());
        if (at.offset() <= endOffset) {
            return Optional.empty();
        }
        LogFailure failure =
                LogFailure.of(
                                LogError.LOG_TRUNCATED,
                                "%s holds epoch %d up to offset %d, the reader was at %d"
                                        .formatted(
                                                leader.partition(), epoch, endOffset, at.offset()))
                        .with("diverging_offset", endOffset);
        return Optional.of(
                end.isPresent()
                        ? failure.with("diverging_epoch", end.get().leaderEpoch())
                        : failure);
    }

    private static Start atTime(
            PartitionLeader leader, StartPoint.AtTime time, long highWatermark) {
        try {
            Optional<TimedOffset> found = leader.offsetOfTime(time.timestampMs());
            return new At(found.map(TimedOffset::offset).orElse(highWatermark));
        } catch (IOException e) {
            return new Refused(
                    leader.ended()
                            .orElseGet(
                                    () -> Failures.unreadable(leader, leader.logStartOffset(), e)));
        }
    }
}
