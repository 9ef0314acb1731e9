// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication;

import io.taffrail.api.LogFailure;
import io.taffrail.broker.Subscription;
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
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shell around {@link LeaderState}: one leadership of this broker over one partition, from the
 * moment that its epoch began here until {@link #end}.
 *
 * <p>Appends share a lock that only the end of the epoch takes alone: once {@link #end} returned,
 * nothing is appended under this epoch any more (P1). The state has a lock of its own, held for
 * arithmetic only; waiting requests and listeners are called with no lock held.
 */
final class LeaderReplica implements PartitionLeader {
    private static final Logger LOG = LoggerFactory.getLogger(LeaderReplica.class);

    /** Records with acks=leader that may lie above the high watermark below the min ISR (P15). */
    private static final long MAX_UNCOMMITTED_RECORDS = 1 << 20;

    private final int brokerId;
    private final PartitionLog log;
    private final int leaderEpoch;
    private final Clock clock;
    private final Executor blocking;
    private final ReentrantReadWriteLock epochLock = new ReentrantReadWriteLock();
    private final Set<Listener> listeners = ConcurrentHashMap.newKeySet();
    private final CommitWaiters committed;
    private final CommitWaiters durable;

    private final Object stateLock = new Object();
    private final LeaderState state; // under stateLock
    private volatile Marks marks;
    private volatile int partitionCount;
    private volatile LogFailure ended;

    /** What readers see, swapped whole. */
    private record Marks(long highWatermark, OptionalLong reported) {}

    /** Told apart by identity: the same runnable may be subscribed twice. */
    private static final class Listener {
        private final Runnable action;

        private Listener(Runnable action) {
            this.action = action;
        }
    }

    /**
     * Begins a leader epoch.
     *
     * @param blocking for what waits for the disk
     */
    LeaderReplica(
            int brokerId,
            PartitionLog log,
            PartitionEntry partition,
            int partitionCount,
            Clock clock,
            Executor blocking) {
        this.brokerId = brokerId;
        this.log = log;
        this.leaderEpoch = partition.leaderEpoch();
        this.partitionCount = partitionCount;
        this.clock = clock;
        this.blocking = blocking;
        this.state = new LeaderState(brokerId, partition, log.logEndOffset(), log.highWatermark());
        this.committed = new CommitWaiters(log.highWatermark());
        this.durable = new CommitWaiters(log.durableEndOffset());
        this.marks = marksOf(state);
        onDurable(log.durableEndOffset());
    }

    private static Marks marksOf(LeaderState state) {
        return new Marks(state.highWatermark(), state.reportedHighWatermark());
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
        return marks.reported();
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
        return ticket(results, acks, timeout);
    }

    /** Before anything is written (P15). */
    private Optional<LogFailure> refusal(Acks acks) {
        synchronized (stateLock) {
            boolean bounded =
                    acks == Acks.LEADER
                            && log.logEndOffset() - state.highWatermark() < MAX_UNCOMMITTED_RECORDS;
            if (state.hasEnoughReplicas() || bounded) {
                return Optional.empty();
            }
            return Optional.of(
                    LogFailure.of(
                                    LogError.NOT_ENOUGH_REPLICAS,
                                    partition()
                                            + " has "
                                            + state.inSync()
                                            + " in-sync replicas, and needs "
                                            + state.required())
                            .with("in_sync", state.inSync())
                            .with("required", state.required()));
        }
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
        boolean moved;
        synchronized (stateLock) {
            moved = state.onAcknowledged(brokerId, endOffset);
            marks = marksOf(state);
        }
        if (moved) {
            onHighWatermarkMoved();
        }
    }

    /** A newer state of the same epoch, or other settings, or more partitions of the topic. */
    void onMetadataChanged(PartitionEntry partition, int partitions) {
        boolean moved;
        synchronized (stateLock) {
            moved = state.onPartitionChanged(partition);
            marks = marksOf(state);
        }
        partitionCount = partitions;
        if (moved) {
            onHighWatermarkMoved();
        } else {
            notifyListeners();
        }
    }

    private void onHighWatermarkMoved() {
        long highWatermark = marks.highWatermark();
        log.advanceHighWatermark(highWatermark);
        committed.reached(highWatermark);
        notifyListeners();
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
    }

    /** Ends the epoch: nothing is appended after this, and everybody who waits is told (P15). */
    void end(LogFailure why) {
        epochLock.writeLock().lock();
        try {
            if (ended != null) {
                return;
            }
            ended = why;
        } finally {
            epochLock.writeLock().unlock();
        }
        committed.end(why);
        durable.end(why);
        notifyListeners();
    }

    // Reading

    @Override
    public LogReadResult read(long fromOffset, int maxBytes) throws IOException {
        return log.read(fromOffset, marks.highWatermark(), maxBytes);
    }

    @Override
    public Optional<TimedOffset> offsetOfTime(long timestampMs) throws IOException {
        return log.offsetOfTime(timestampMs, marks.highWatermark());
    }

    @Override
    public CompletableFuture<DeleteOutcome> deleteRecords(OptionalLong beforeOffset) {
        return CompletableFuture.supplyAsync(() -> delete(beforeOffset), blocking);
    }

    private DeleteOutcome delete(OptionalLong beforeOffset) {
        long highWatermark = marks.highWatermark();
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
            notifyListeners();
            return new DeleteOutcome.Deleted(log.logStartOffset());
        } catch (IOException e) {
            LOG.warn("cannot delete the records of {} before {}", partition(), before, e);
            return new DeleteOutcome.Refused(logFailed(e));
        }
    }

    @Override
    public Subscription subscribe(Runnable action) {
        Listener listener = new Listener(action);
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** After the log start or the settings changed, too. */
    void notifyListeners() {
        for (Listener listener : listeners) {
            listener.action.run();
        }
    }
}
