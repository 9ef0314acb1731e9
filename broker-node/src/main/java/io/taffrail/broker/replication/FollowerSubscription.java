// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication;

import io.taffrail.api.LogFailure;
import io.taffrail.broker.partition.FollowerAck;
import io.taffrail.broker.partition.FollowerOpen;
import io.taffrail.logstore.LogReadResult;
import io.taffrail.logstore.PartitionLog;
import io.taffrail.model.LogError;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;

/** One follower's subscription to a leadership. */
final class FollowerSubscription implements ReplicaSubscription {
    private final LeaderFollowers leader;
    private final PartitionLog log;
    private final FollowerOpen open;

    FollowerSubscription(LeaderFollowers leader, PartitionLog log, FollowerOpen open) {
        this.leader = leader;
        this.log = log;
        this.open = open;
    }

    @Override
    public Optional<LogFailure> ended() {
        Optional<LogFailure> ended = leader.ended();
        if (ended.isPresent() || leader.holds(open)) {
            return ended;
        }
        return Optional.of(
                LogFailure.of(
                                LogError.STALE_EPOCH,
                                "broker "
                                        + open.brokerId()
                                        + " follows "
                                        + leader.partition()
                                        + " anew, or was registered again")
                        .with("current_epoch", leader.leaderEpoch()));
    }

    @Override
    public long logEndOffset() {
        return log.logEndOffset();
    }

    @Override
    public LogReadResult read(long fromOffset, int maxBytes) throws IOException {
        long end = log.logEndOffset();
        return fromOffset < log.logStartOffset()
                ? log.readVerified(fromOffset, end, maxBytes) // a follower that begins anew
                : log.read(fromOffset, end, maxBytes);
    }

    @Override
    public OptionalInt epochBefore(long fromOffset) {
        return fromOffset == 0 ? OptionalInt.empty() : log.epochOf(fromOffset - 1);
    }

    @Override
    public ReplicaMarks marks() {
        return leader.marks();
    }

    @Override
    public void acknowledged(long offset, long logStartOffset, long compactedOffset) {
        leader.acknowledged(
                new FollowerAck(
                        open.brokerId(),
                        open.brokerEpoch(),
                        open.subscription(),
                        offset,
                        logStartOffset,
                        compactedOffset));
    }

    @Override
    public void badEntry(long offset) {
        leader.verify(offset);
    }
}
