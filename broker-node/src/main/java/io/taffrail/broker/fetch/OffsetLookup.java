// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.fetch;

import com.google.rpc.Status;
import io.taffrail.api.LogFailure;
import io.taffrail.api.v1.OffsetQuery;
import io.taffrail.api.v1.OffsetResult;
import io.taffrail.broker.replication.PartitionLeader;
import io.taffrail.broker.replication.PartitionQuery;
import io.taffrail.logstore.TimedOffset;
import java.io.IOException;
import java.util.Optional;

/**
 * One query of ListOffsets, checked.
 *
 * @param asked as the client sent it
 */
record OffsetLookup(OffsetQuery asked, PartitionQuery query, StartPoint point) {
    static OffsetLookup of(OffsetQuery asked) throws InvalidRequestException {
        StartPoint point =
                switch (asked.getAtCase()) {
                    case ANCHOR -> StartPoint.of("anchor", asked.getAnchor());
                    case TIMESTAMP_MS -> new StartPoint.AtTime(asked.getTimestampMs());
                    case AT_NOT_SET ->
                            throw new InvalidRequestException(
                                    "at", "neither end nor time is asked");
                };
        PartitionQuery query =
                Queries.of(
                        asked.getTopic(),
                        asked.getPartition(),
                        asked.getTopicId(),
                        asked.hasLeaderEpoch(),
                        asked.getLeaderEpoch(),
                        point);
        return new OffsetLookup(asked, query, point);
    }

    /** Why there is no answer. */
    static OffsetResult refused(OffsetQuery asked, Status why) {
        return named(asked).setError(why).build();
    }

    /** The answer. May wait for the disk. */
    OffsetResult answer(LedHere led) {
        if (led instanceof LedHere.No no) {
            return refused(asked, no.status());
        }
        PartitionLeader leader = ((LedHere.Yes) led).leader();
        OffsetResult.Builder result =
                named(asked).setTopicId(leader.partition().topicId().toString());
        Optional<LogFailure> failure =
                point instanceof StartPoint.AtTime time
                        ? findTime(leader, time, result)
                        : findEnd(leader, result);
        failure.ifPresent(why -> result.setError(Failures.status(why)));
        return result.build();
    }

    private Optional<LogFailure> findEnd(PartitionLeader leader, OffsetResult.Builder result) {
        if (leader.ended().isPresent()) {
            return leader.ended();
        }
        Start found = Start.find(leader, point);
        if (found instanceof Start.At at) {
            result.setPosition(Places.before(leader, at.offset()));
            return Optional.empty();
        }
        return Optional.of(
                found instanceof Start.Refused refused
                        ? refused.failure()
                        : Failures.highWatermarkUnknown(leader));
    }

    private static Optional<LogFailure> findTime(
            PartitionLeader leader, StartPoint.AtTime time, OffsetResult.Builder result) {
        if (leader.ended().isPresent()) {
            return leader.ended();
        }
        if (leader.highWatermark().isEmpty()) {
            return Optional.of(Failures.highWatermarkUnknown(leader));
        }
        try {
            Optional<TimedOffset> found = leader.offsetOfTime(time.timestampMs());
            if (found.isPresent()) {
                result.setPosition(Places.before(leader, found.get().offset()))
                        .setTimestampMs(found.get().timestampMs());
            }
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(
                    leader.ended()
                            .orElseGet(
                                    () -> Failures.unreadable(leader, leader.logStartOffset(), e)));
        }
    }

    private static OffsetResult.Builder named(OffsetQuery asked) {
        return OffsetResult.newBuilder()
                .setTopic(asked.getTopic())
                .setPartition(asked.getPartition());
    }
}
