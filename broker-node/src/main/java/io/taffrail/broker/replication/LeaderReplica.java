// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication;

import io.taffrail.api.LogFailure;
import io.taffrail.broker.Subscription;
import io.taffrail.broker.partition.ClusterMembers;
import io.taffrail.broker.partition.LeaderState;
import io.taffrail.logstore.LogConfig;
import io.taffrail.logstore.LogReadResult;
import io.taffrail.logstore.PartitionLog;
import io.taffrail.logstore.TimedOffset;
import io.taffrail.model.Acks;
import io.taffrail.model.Clock;
import io.taffrail.model.OffsetAndEpoch;
import io.taffrail.model.TopicPartition;
import io.taffrail.model.batch.ProducedBatch;
import io.taffrail.model.cluster.PartitionEntry;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/**
 * One leadership of this broker over one partition, from the moment that its epoch began here until
 * {@link #end}: its parts, and who hears of what.
 *
 * <p>{@link LeaderEpoch} knows whether it lasts, {@link LeaderProgress} what is committed and who
 * is in sync; {@link LeaderAppends}, {@link LogStartMoves} and {@link LeaderFollowers} do what is
 * asked of a leader. Safe for any thread. Waiting requests and listeners are called with no lock
 * held.
 */
final class LeaderReplica implements PartitionLeader {
    private final PartitionLog log;
    private final Clock clock;
    private final LeaderEpoch epoch;
    private final LeaderProgress progress;
    private final LeaderAppends appends;
    private final LogStartMoves logStarts;
    private final LeaderFollowers followers;
    private final ReplicaListeners readers = new ReplicaListeners();
    private volatile int partitionCount;

    /** Begins a leader epoch. */
    LeaderReplica(
            ReplicaEnvironment environment,
            PartitionLog log,
            PartitionEntry partition,
            int partitionCount,
            ClusterMembers members) {
        this.log = log;
        this.clock = environment.clock();
        this.partitionCount = partitionCount;
        epoch = new LeaderEpoch(partition.leaderEpoch());
        progress = new LeaderProgress(environment, log, partition, members, this::onCommitted);
        logStarts = new LogStartMoves(environment, log, epoch, progress, this::tellAll);
        followers =
                new LeaderFollowers(
                        log, epoch, progress, environment.blocking(), logStarts::review);
        appends = new LeaderAppends(log, epoch, progress, clock, followers::tell);
        appends.onDurable(log.durableEndOffset());
    }

    @Override
    public TopicPartition partition() {
        return log.partition();
    }

    @Override
    public int leaderEpoch() {
        return epoch.number();
    }

    @Override
    public LogConfig config() {
        return log.config();
    }

    @Override
    public int partitionCount() {
        return partitionCount;
    }

    @Override
    public long logStartOffset() {
        return log.logStartOffset();
    }

    @Override
    public OptionalLong highWatermark() {
        return progress.marks().reported();
    }

    @Override
    public long logEndOffset() {
        return log.logEndOffset();
    }

    @Override
    public OptionalInt epochOf(long offset) {
        return log.epochOf(offset);
    }

    @Override
    public Optional<OffsetAndEpoch> endOfEpoch(int leaderEpoch) {
        return log.endOfEpoch(leaderEpoch);
    }

    @Override
    public Optional<LogFailure> ended() {
        return epoch.ended();
    }

    @Override
    public AppendTicket append(
            List<ProducedBatch> batches,
            OptionalLong expectedBaseOffset,
            Acks acks,
            Duration timeout) {
        return appends.append(batches, expectedBaseOffset, acks, timeout);
    }

    @Override
    public LogReadResult read(long fromOffset, int maxBytes) throws IOException {
        return log.read(fromOffset, progress.marks().highWatermark(), maxBytes);
    }

    @Override
    public Optional<TimedOffset> offsetOfTime(long timestampMs) throws IOException {
        return log.offsetOfTime(timestampMs, progress.marks().highWatermark());
    }

    @Override
    public CompletableFuture<DeleteOutcome> deleteRecords(OptionalLong beforeOffset) {
        return logStarts.deleteRecords(beforeOffset);
    }

    @Override
    public List<LeaderState.Standing> followers() {
        return progress.standings();
    }

    @Override
    public long logBytes(long fromOffset) {
        return log.sizeBytesFrom(fromOffset);
    }

    @Override
    public Subscription subscribe(Runnable listener) {
        return readers.subscribe(listener);
    }

    /** This leadership as its followers' streams see it. */
    ReplicationSource replication() {
        return followers;
    }

    /** All below it was compacted by every replica: tombstones there are needed no more (P22). */
    long compactedEverywhere() {
        return progress.compactedEverywhere();
    }

    // What happens

    /** All below {@code endOffset} counts as stored here, by the topic's flush policy. */
    void onDurable(long endOffset) {
        appends.onDurable(endOffset);
    }

    private void onCommitted() {
        appends.onCommitted(progress.marks().highWatermark());
        tellAll();
    }

    /** Only the leader moves the log start; readers and followers hear of it (P16). */
    void onLogStartMoved() {
        logStarts.moved();
    }

    /** A newer state of the same epoch, or other settings, or more partitions of the topic. */
    void onMetadataChanged(PartitionEntry partition, int partitions) {
        partitionCount = partitions;
        progress.partitionChanged(partition);
        tellAll(); // also followers, whose subscriptions may have ended
        logStarts.review();
    }

    /** The metadata of brokers changed: registrations, and who is alive. */
    void onBrokersChanged() {
        progress.brokersChanged();
        followers.tell();
    }

    /** To be called now and then: who fell behind? */
    void lookAfterFollowers() {
        progress.lookAfterFollowers();
    }

    /** To be called now and then: gives NOT_COMMITTED_IN_TIME to whose time is up. */
    void expireWaiters() {
        long now = clock.nanoTime();
        appends.expire(now);
        logStarts.expire(now);
    }

    /** Ends the epoch: nothing is appended after this, and everybody who waits is told (P15). */
    void end(LogFailure why) {
        if (epoch.end(why, progress::end)) {
            appends.end(why);
            logStarts.end(why);
            tellAll();
        }
    }

    private void tellAll() {
        readers.tell();
        followers.tell();
    }
}
