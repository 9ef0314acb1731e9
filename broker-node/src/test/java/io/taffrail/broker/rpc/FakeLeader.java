// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import io.taffrail.api.LogFailure;
import io.taffrail.broker.Subscription;
import io.taffrail.broker.partition.LeaderState;
import io.taffrail.broker.replication.AppendTicket;
import io.taffrail.broker.replication.PartitionLeader;
import io.taffrail.logstore.LogConfig;
import io.taffrail.logstore.LogReadResult;
import io.taffrail.logstore.TimedOffset;
import io.taffrail.model.Acks;
import io.taffrail.model.OffsetAndEpoch;
import io.taffrail.model.TopicPartition;
import io.taffrail.model.batch.ProducedBatch;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/** A leader's offsets without a log: it deletes records, and does nothing else. */
final class FakeLeader implements PartitionLeader {
    private final TopicPartition partition;
    private final long highWatermark;
    private final CompletableFuture<Void> followersHaveIt;
    private volatile long logStart;
    private List<LeaderState.Standing> followers = List.of();
    private long logBytes;
    private long lagBytes;

    /**
     * @param followersHaveIt when a deletion is answered
     */
    FakeLeader(
            TopicPartition partition,
            long logStart,
            long highWatermark,
            CompletableFuture<Void> followersHaveIt) {
        this.partition = partition;
        this.logStart = logStart;
        this.highWatermark = highWatermark;
        this.followersHaveIt = followersHaveIt;
    }

    /** With a log of so many bytes and a follower that lacks some of them. */
    FakeLeader with(long bytes, LeaderState.Standing follower, long lacking) {
        followers = List.of(follower);
        logBytes = bytes;
        lagBytes = lacking;
        return this;
    }

    @Override
    public CompletableFuture<DeleteOutcome> deleteRecords(OptionalLong beforeOffset) {
        logStart = Math.max(logStart, beforeOffset.orElse(highWatermark));
        return followersHaveIt.thenApply(done -> new DeleteOutcome.Deleted(logStart));
    }

    @Override
    public List<LeaderState.Standing> followers() {
        return followers;
    }

    @Override
    public long logBytes(long fromOffset) {
        return fromOffset <= logStart ? logBytes : lagBytes;
    }

    @Override
    public TopicPartition partition() {
        return partition;
    }

    @Override
    public long logStartOffset() {
        return logStart;
    }

    @Override
    public OptionalLong highWatermark() {
        return OptionalLong.of(highWatermark);
    }

    @Override
    public long logEndOffset() {
        return highWatermark + 7;
    }

    @Override
    public int leaderEpoch() {
        return 5;
    }

    @Override
    public LogConfig config() {
        throw notHere();
    }

    @Override
    public int partitionCount() {
        throw notHere();
    }

    @Override
    public OptionalInt epochOf(long offset) {
        throw notHere();
    }

    @Override
    public Optional<OffsetAndEpoch> endOfEpoch(int epoch) {
        throw notHere();
    }

    @Override
    public Optional<LogFailure> ended() {
        throw notHere();
    }

    @Override
    public AppendTicket append(
            List<ProducedBatch> batches,
            OptionalLong expectedBaseOffset,
            Acks acks,
            Duration timeout) {
        throw notHere();
    }

    @Override
    public LogReadResult read(long fromOffset, int maxBytes) {
        throw notHere();
    }

    @Override
    public Optional<TimedOffset> offsetOfTime(long timestampMs) {
        throw notHere();
    }

    @Override
    public Subscription subscribe(Runnable listener) {
        throw notHere();
    }

    private static UnsupportedOperationException notHere() {
        return new UnsupportedOperationException("the admin service does not need this");
    }
}
