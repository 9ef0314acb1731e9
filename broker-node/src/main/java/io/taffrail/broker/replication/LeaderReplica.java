// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication;

import io.taffrail.api.LogFailure;
import io.taffrail.broker.Subscription;
import io.taffrail.broker.partition.ClusterMembers;
import io.taffrail.broker.partition.FollowerAck;
import io.taffrail.broker.partition.FollowerOpen;
import io.taffrail.broker.partition.LeaderState;
import io.taffrail.logstore.AppendResult;
import io.taffrail.logstore.LogConfig;
import io.taffrail.logstore.LogReadResult;
import io.taffrail.logstore.PartitionLog;
import io.taffrail.logstore.TimedOffset;
import io.taffrail.model.Acks;
import io.taffrail.model.Clock;
import io.taffrail.model.LogError;
import io.taffrail.model.OffsetAndEpoch;
import io.taffrail.model.TopicPartition;
import io.taffrail.model.batch.ProducedBatch;
import io.taffrail.model.cluster.PartitionEntry;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shell around {@link LeaderState}: one leadership of this broker over one partition, from the
 * moment that its epoch began here until {@link #end}.
 *
 * <p>Appends share a lock that only the end of the epoch takes alone: once {@link #end} returned,
 * nothing is appended under this epoch any more (P1). Waiting requests and listeners are called
 * with no lock held.
 */
final class LeaderReplica implements PartitionLeader, ReplicationSource {
    private static final Logger LOG = LoggerFactory.getLogger(LeaderReplica.class);

    /** Records with acks=leader that may lie above the high watermark below the min ISR (P15). */
    private static final long MAX_UNCOMMITTED_RECORDS = 1 << 20;

    private static final Duration DELETE_TIMEOUT = Duration.ofSeconds(10);
    private static final int VERIFIED_BYTES = 16 << 20;

    private final ReplicaEnvironment environment;
    private final PartitionLog log;
    private final int leaderEpoch;
    private final Clock clock;
    private final ReentrantReadWriteLock epochLock = new ReentrantReadWriteLock();
    private final ReplicaListeners listeners = new ReplicaListeners();
    private final ReplicaListeners followers = new ReplicaListeners();
    private final CommitWaiters committed;
    private final CommitWaiters durable;
    private final CommitWaiters logStarts = new CommitWaiters(0);

    private final LeaderProgress progress;
    private volatile int partitionCount;
    private volatile LogFailure ended;

    /** Begins a leader epoch. */
    LeaderReplica(
            ReplicaEnvironment environment,
            PartitionLog log,
            PartitionEntry partition,
            int partitionCount,
            ClusterMembers members) {
        this.environment = environment;
        this.log = log;
        this.leaderEpoch = partition.leaderEpoch();
        this.partitionCount = partitionCount;
        this.clock = environment.clock();
        this.committed = new CommitWaiters(log.highWatermark());
        this.durable = new CommitWaiters(log.durableEndOffset());
        this.progress = new LeaderProgress(environment, log, partition, members, this::onCommitted);
        onDurable(log.durableEndOffset());
    }

    @Override
    public TopicPartition partition() {
        return log.partition();
    }

    @Override
    public int leaderEpoch() {
        return leaderEpoch;
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
    public Optional<OffsetAndEpoch> endOfEpoch(int epoch) {
        return log.endOfEpoch(epoch);
    }

    @Override
    public Optional<LogFailure> ended() {
        return Optional.ofNullable(ended);
    }

    // Appending

    @Override
    public AppendTicket append(
            List<ProducedBatch> batches,
            OptionalLong expectedBaseOffset,
            Acks acks,
            Duration timeout) {
        List<AppendResult> results;
        epochLock.readLock().lock();
        try {
            Optional<LogFailure> refused = Optional.ofNullable(ended).or(() -> refusal(acks));
            if (refused.isPresent()) {
                return new AppendTicket.Refused(refused.get(), 0);
            }
            results = log.appendAsLeader(batches, leaderEpoch, expectedBaseOffset);
        } catch (IOException e) {
            LOG.debug("append to {} failed", partition(), e);
            return new AppendTicket.Refused(logFailed(e), 0);
        } finally {
            epochLock.readLock().unlock();
        }
        followers.tell(); // before anything is durable here: fsyncs run side by side
        return ticket(results, acks, timeout);
    }

    /** Before anything is written (P15). */
    private Optional<LogFailure> refusal(Acks acks) {
        LeaderProgress.Membership members = progress.membership();
        long uncommitted = log.logEndOffset() - progress.marks().highWatermark();
        boolean bounded = acks == Acks.LEADER && uncommitted < MAX_UNCOMMITTED_RECORDS;
        if (members.isEnough() || bounded) {
            return Optional.empty();
        }
        return Optional.of(
                LogFailure.of(
                                LogError.NOT_ENOUGH_REPLICAS,
                                partition()
                                        + " has "
                                        + members.inSync()
                                        + " in-sync replicas, and needs "
                                        + members.required())
                        .with("in_sync", members.inSync())
                        .with("required", members.required()));
    }

    /**
     * Without the lock: others' requests are completed here, and what depends on them may append
     * elsewhere.
     */
    private AppendTicket ticket(List<AppendResult> results, Acks acks, Duration timeout) {
        AppendResult last = results.get(results.size() - 1);
        long endOffset = 0;
        for (AppendResult result : results) {
            endOffset = Math.max(endOffset, endOffsetOf(result));
        }
        if (endOffset > log.durableEndOffset()) {
            requestFlush(endOffset);
        } else {
            onDurable(log.durableEndOffset());
        }
        if (last instanceof AppendResult.Rejected rejected) {
            return new AppendTicket.Refused(failureOf(rejected), results.size() - 1);
        }
        CommitWaiters waiters = acks == Acks.ALL ? committed : durable;
        return new AppendTicket.Accepted(
                results, waiters.await(endOffset, clock.nanoTime() + timeout.toNanos()));
    }

    /** What has to be reached before it may be acknowledged, also to a duplicate (I4). */
    private long endOffsetOf(AppendResult result) {
        if (result instanceof AppendResult.Appended appended) {
            return appended.endOffset();
        }
        if (result instanceof AppendResult.Duplicate duplicate) {
            return duplicate
                    .stored()
                    .map(stored -> stored.lastOffset() + 1)
                    .orElseGet(log::logEndOffset);
        }
        return 0;
    }

    /** The log's listener hears of it, through {@link #onDurable}. */
    private void requestFlush(long endOffset) {
        log.whenDurable(endOffset)
                .exceptionally(
                        failure -> {
                            LOG.debug("{} is not durable to {}", partition(), endOffset, failure);
                            return null;
                        });
    }

    private static LogFailure failureOf(AppendResult.Rejected rejected) {
        LogFailure failure = LogFailure.of(rejected.error(), rejected.message());
        for (Map.Entry<String, String> entry : rejected.metadata().entrySet()) {
            failure = failure.with(entry.getKey(), entry.getValue());
        }
        return rejected.field().map(failure::inField).orElse(failure);
    }

    private LogFailure logFailed(IOException cause) {
        if (!log.damage().isEmpty()) {
            return LogFailure.of(
                            LogError.CORRUPT_LOG,
                            partition() + " takes no appends: its log here is damaged")
                    .with("offset", log.damage().get(0).fromOffset());
        }
        return LogFailure.of(
                LogError.LEADER_UNKNOWN,
                partition() + " takes no appends: its log here failed: " + cause.getMessage());
    }

    // Committing

    /** All below {@code endOffset} counts as stored here, by the topic's flush policy. */
    void onDurable(long endOffset) {
        durable.reached(endOffset);
        progress.durable(endOffset);
    }

    private void onCommitted() {
        committed.reached(progress.marks().highWatermark());
        listeners.tell();
        followers.tell();
    }

    /** A newer state of the same epoch, or other settings, or more partitions of the topic. */
    void onMetadataChanged(PartitionEntry partition, int partitions) {
        partitionCount = partitions;
        progress.partitionChanged(partition);
        listeners.tell();
        followers.tell(); // whose subscriptions may have ended
        reviewLogStarts();
    }

    /** The metadata of brokers changed: registrations, and who is alive. */
    void onBrokersChanged() {
        progress.brokersChanged();
        followers.tell();
    }

    void lookAfterFollowers() {
        progress.lookAfterFollowers();
    }

    /** Gives NOT_COMMITTED_IN_TIME to the requests whose time is up. */
    void expireWaiters() {
        long now = clock.nanoTime();
        if (committed.size() + durable.size() > 0) {
            LogFailure late =
                    LogFailure.of(
                            LogError.NOT_COMMITTED_IN_TIME,
                            "written to "
                                    + partition()
                                    + ", not yet committed: resend with the same sequence");
            committed.expire(now, late);
            durable.expire(now, late);
        }
        logStarts.expire(
                now,
                LogFailure.of(
                        LogError.NOT_COMMITTED_IN_TIME,
                        "the log start of "
                                + partition()
                                + " was moved, and not every in-sync replica has it yet: ask again"));
    }

    /** Ends the epoch: nothing is appended after this, and everybody who waits is told (P15). */
    void end(LogFailure why) {
        epochLock.writeLock().lock();
        try {
            if (ended != null) {
                return;
            }
            ended = why;
            progress.end();
        } finally {
            epochLock.writeLock().unlock();
        }
        committed.end(why);
        durable.end(why);
        logStarts.end(why);
        listeners.tell();
        followers.tell();
    }

    // Reading

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
        return CompletableFuture.supplyAsync(() -> delete(beforeOffset), environment.blocking())
                .thenCompose(outcome -> inSync(outcome));
    }

    private DeleteOutcome delete(OptionalLong beforeOffset) {
        long highWatermark = progress.marks().highWatermark();
        long before = beforeOffset.orElse(highWatermark);
        if (before < 0 || before > highWatermark) {
            return new DeleteOutcome.Refused(
                    LogFailure.of(
                                    LogError.OFFSET_OUT_OF_RANGE,
                                    "cannot delete before offset "
                                            + before
                                            + ": the log starts at "
                                            + log.logStartOffset()
                                            + ", the high watermark is "
                                            + highWatermark)
                            .with("log_start_offset", log.logStartOffset())
                            .with("high_watermark", highWatermark));
        }
        if (ended != null) {
            return new DeleteOutcome.Refused(ended);
        }
        try {
            log.advanceLogStart(before);
            onLogStartMoved();
            return new DeleteOutcome.Deleted(log.logStartOffset());
        } catch (IOException e) {
            LOG.warn("cannot delete the records of {} before {}", partition(), before, e);
            return new DeleteOutcome.Refused(logFailed(e));
        }
    }

    /** Answered once every member has it durably, lest a new leader brings the records back. */
    private CompletableFuture<DeleteOutcome> inSync(DeleteOutcome outcome) {
        if (!(outcome instanceof DeleteOutcome.Deleted deleted)) {
            return CompletableFuture.completedFuture(outcome);
        }
        long start = deleted.logStartOffset();
        CompletableFuture<Optional<LogFailure>> everywhere =
                logStarts.await(start, clock.nanoTime() + DELETE_TIMEOUT.toNanos());
        reviewLogStarts();
        return everywhere.thenApply(
                late ->
                        late.<DeleteOutcome>map(DeleteOutcome.Refused::new)
                                .orElseGet(() -> new DeleteOutcome.Deleted(start)));
    }

    /** Only the leader moves the log start; readers and followers hear of it (P16). */
    void onLogStartMoved() {
        listeners.tell();
        followers.tell();
        reviewLogStarts();
    }

    private void reviewLogStarts() {
        long start = log.logStartOffset();
        if (logStarts.size() > 0 && progress.is(state -> state.isLogStartInSync(start))) {
            logStarts.reached(start);
        }
    }

    @Override
    public Subscription subscribe(Runnable action) {
        return listeners.subscribe(action);
    }

    // Followers

    @Override
    public Subscription subscribeReplication(Runnable action) {
        return followers.subscribe(action);
    }

    @Override
    public OpenOutcome open(FollowerOpen open) {
        if (ended != null) {
            return new OpenOutcome.Refused(ended);
        }
        if (open.leaderEpoch() != leaderEpoch) {
            return refused(open, "asks for epoch " + open.leaderEpoch());
        }
        switch (progress.mayOpen(open)) {
            case PASSED -> {
                return refused(open, "has opened again since");
            }
            case STALE_BROKER -> {
                return refused(open, "is not registered under epoch " + open.brokerEpoch());
            }
            case NOT_A_REPLICA -> {
                return refused(open, "has no replica of it in directory " + open.directoryId());
            }
            case YES -> {}
        }
        try {
            return Agreement.of(log, open).orElseGet(() -> accept(open));
        } catch (IOException e) {
            LOG.warn("{} cannot be followed", partition(), e);
            return new OpenOutcome.Refused(logFailed(e));
        }
    }

    private OpenOutcome refused(FollowerOpen open, String why) {
        return new OpenOutcome.Refused(
                LogFailure.of(
                                LogError.STALE_EPOCH,
                                partition()
                                        + ", led here in epoch "
                                        + leaderEpoch
                                        + ": broker "
                                        + open.brokerId()
                                        + " "
                                        + why)
                        .with("current_epoch", leaderEpoch));
    }

    private OpenOutcome accept(FollowerOpen open) {
        return progress.opened(open)
                ? new OpenOutcome.Accepted(new FollowerSubscription(this, log, open))
                : refused(open, "has opened again since");
    }

    /** Whether the follower has not opened again since. */
    boolean holds(FollowerOpen open) {
        return progress.holds(open);
    }

    void acknowledged(FollowerAck ack) {
        progress.acknowledged(ack);
        reviewLogStarts();
    }

    @Override
    public List<LeaderState.Standing> followers() {
        return progress.standings();
    }

    @Override
    public long logBytes(long fromOffset) {
        return log.sizeBytesFrom(fromOffset);
    }

    /** What followers are told. */
    ReplicaMarks replicaMarks() {
        return new ReplicaMarks(
                progress.marks().reported(), log.logStartOffset(), log.tombstoneHorizon());
    }

    /** A follower got an entry that is not whole: is it so here, too (P19)? */
    void verify(long offset) {
        environment
                .blocking()
                .execute(
                        () -> {
                            try {
                                log.scrub(offset, VERIFIED_BYTES);
                            } catch (IOException e) {
                                LOG.warn("{} cannot be verified", partition(), e);
                            }
                        });
    }

    /** All below it was compacted by every replica: tombstones there are needed no more (P22). */
    long compactedEverywhere() {
        return progress.compactedEverywhere();
    }
}
