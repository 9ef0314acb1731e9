// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication;

import io.taffrail.broker.Subscription;
import io.taffrail.broker.partition.FollowerOpen;
import io.taffrail.broker.partition.FollowerState;
import io.taffrail.logstore.FollowerAppendResult;
import io.taffrail.logstore.PartitionLog;
import io.taffrail.logstore.RestartPoint;
import io.taffrail.logstore.TruncationReason;
import io.taffrail.model.OffsetAndEpoch;
import io.taffrail.model.TopicPartition;
import io.taffrail.model.cluster.PartitionEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shell around {@link FollowerState}: this broker follows the leader of a partition, in one
 * leader epoch, from the moment that it heard of it until {@link #end}.
 *
 * <p>Whatever changes the log here holds the replica's lock, and so does {@link #end}: once that
 * returned, nothing of this epoch is appended or cut any more.
 */
final class FollowerReplica implements ReplicationTarget {
    private static final Logger LOG = LoggerFactory.getLogger(FollowerReplica.class);

    private final ReplicaEnvironment environment;
    private final PartitionLog log;
    private final int leaderId;
    private final int leaderEpoch;
    private final LongSupplier subscriptions;
    private final Runnable onCaughtUp;
    private final ReplicaListeners listeners = new ReplicaListeners();

    private final Object lock = new Object();
    private final FollowerState state; // under lock
    private boolean caughtUp; // under lock
    private OptionalLong badEntryOffset = OptionalLong.empty(); // under lock
    private volatile PartitionEntry entry;
    private volatile boolean over;
    private volatile long subscription = -1;
    private volatile long leaderHighWatermark = Long.MAX_VALUE;
    private volatile long tombstoneHorizon;

    /**
     * @param subscriptions numbers that rise over all replicas of this process
     * @param onCaughtUp told when this replica first has all that its leader knows to be committed,
     *     and at each change of metadata from then on
     */
    FollowerReplica(
            ReplicaEnvironment environment,
            PartitionLog log,
            PartitionEntry entry,
            LongSupplier subscriptions,
            Runnable onCaughtUp) {
        this.environment = environment;
        this.log = log;
        this.entry = entry;
        this.leaderId = entry.leader().orElseThrow();
        this.leaderEpoch = entry.leaderEpoch();
        this.subscriptions = subscriptions;
        this.onCaughtUp = onCaughtUp;
        this.state = environment.rules().follower(environment.brokerId(), leaderEpoch);
    }

    @Override
    public TopicPartition partition() {
        return log.partition();
    }

    @Override
    public int leaderId() {
        return leaderId;
    }

    @Override
    public int leaderEpoch() {
        return leaderEpoch;
    }

    @Override
    public boolean isOver() {
        return over;
    }

    @Override
    public boolean isInSync() {
        return entry.isr().contains(environment.brokerId())
                || log.logEndOffset() >= leaderHighWatermark;
    }

    /** Up to here the leader may have dropped tombstones, and so may this replica (P22). */
    long tombstoneHorizon() {
        return tombstoneHorizon;
    }

    /** A newer state of the same epoch. */
    void onMetadataChanged(PartitionEntry changed) {
        entry = changed;
        listeners.tell();
        if (isCaughtUp()) {
            onCaughtUp.run(); // a report from before that came late may be recorded just now
        }
    }

    private boolean isCaughtUp() {
        synchronized (lock) {
            return caughtUp;
        }
    }

    /** Ends the epoch: nothing of it is appended after this. */
    void end() {
        synchronized (lock) {
            over = true;
        }
        listeners.tell();
    }

    // Opening

    @Override
    public CompletableFuture<FollowerOpen> open() {
        FollowerOpen open;
        synchronized (lock) {
            state.opening(subscriptions.getAsLong());
            subscription = state.subscription();
            open =
                    new FollowerOpen(
                            environment.brokerId(),
                            environment.brokerEpoch().getAsLong(),
                            state.subscription(),
                            environment.directoryId(),
                            leaderEpoch,
                            log.logEndOffset(),
                            log.latestEpoch(),
                            log.tombstoneHorizon());
        }
        return log.whenDurable(open.logEndOffset()).thenApply(durable -> open);
    }

    @Override
    public Next accepted(long subscription) {
        synchronized (lock) {
            if (state.onAccepted(subscription)) {
                LOG.debug(
                        "{} follows broker {} in epoch {} from offset {}",
                        partition(),
                        leaderId,
                        leaderEpoch,
                        log.logEndOffset());
            }
            return Next.FOLLOW;
        }
    }

    @Override
    public Next diverged(long subscription, OptionalInt leadersEpoch, long endOffset) {
        synchronized (lock) {
            if (over || !state.isCurrent(subscription)) {
                return Next.FOLLOW;
            }
            Optional<OffsetAndEpoch> own =
                    leadersEpoch.isPresent()
                            ? log.endOfEpoch(leadersEpoch.getAsInt())
                            : Optional.empty();
            return cut(state.cutOffset(endOffset, own, log.logStartOffset()));
        }
    }

    private Next cut(long offset) {
        boolean free = state.mayCutCommitted(entry, log.latestEpoch());
        if (offset < log.highWatermark() && !free) {
            LOG.error(
                    "{}: the leader's log parts from this one at offset {}, below the high"
                            + " watermark {}: nothing is cut while others may count on this replica",
                    partition(),
                    offset,
                    log.highWatermark());
            return pause();
        }
        try {
            long before = log.logEndOffset();
            long end =
                    log.truncateTo(
                            offset,
                            free
                                    ? TruncationReason.OUT_OF_ISR_AND_ELR
                                    : TruncationReason.DIVERGENCE);
            LOG.info(
                    "{}: cut from offset {} to {}, where the logs of epoch {} part",
                    partition(),
                    before,
                    end,
                    leaderEpoch);
            return Next.OPEN;
        } catch (IOException e) {
            LOG.warn("{} could not be cut at offset {}", partition(), offset, e);
            return pause();
        }
    }

    @Override
    public Next restart(long subscription, RestartPoint from) {
        synchronized (lock) {
            if (over || !state.isCurrent(subscription)) {
                return Next.FOLLOW;
            }
            if (!state.mayDrop(entry)) {
                LOG.warn(
                        "{}: the leader's log begins above this one's end, and this replica still"
                                + " counts: waiting for the controller",
                        partition());
                return pause();
            }
            try {
                log.restartAt(from);
                LOG.info("{}: begins again at offset {}", partition(), from.offset());
                return Next.OPEN;
            } catch (IOException | IllegalArgumentException e) {
                LOG.warn("{} could not begin again at {}", partition(), from.offset(), e);
                return pause();
            }
        }
    }

    private Next pause() {
        state.paused();
        subscription = state.subscription();
        return Next.PAUSE;
    }

    // Following

    @Override
    public Next append(Run run, ByteBuffer entries) {
        long end;
        synchronized (lock) {
            badEntryOffset = OptionalLong.empty();
            if (over || !state.takesRun(run.subscription(), run.leaderEpoch())) {
                return Next.FOLLOW;
            }
            FollowerAppendResult result;
            try {
                result = log.appendAsFollower(entries, run.fromOffset(), run.epochBefore());
            } catch (IOException e) {
                LOG.debug("{} takes no entries", partition(), e);
                return pause();
            }
            if (!(result instanceof FollowerAppendResult.Appended appended)) {
                return refused(run, result);
            }
            end = appended.logEndOffset();
        }
        makeDurable(end);
        return Next.FOLLOW;
    }

    private Next refused(Run run, FollowerAppendResult result) {
        if (result instanceof FollowerAppendResult.Diverged) {
            return Next.OPEN;
        }
        if (result instanceof FollowerAppendResult.BadEntry bad) {
            badEntryOffset = OptionalLong.of(run.fromOffset());
            LOG.warn(
                    "{}: broker {} sent an entry that is not whole, after offset {}: {}",
                    partition(),
                    leaderId,
                    run.fromOffset(),
                    bad.check());
        } else if (result instanceof FollowerAppendResult.NewerFormat) {
            LOG.error(
                    "{}: broker {} sends entries of a newer version than this broker reads",
                    partition(),
                    leaderId);
        } else if (result instanceof FollowerAppendResult.DiskFull full) {
            LOG.warn("{}: {}", partition(), full.message());
        }
        return pause();
    }

    /** The log's listener hears of it, through {@link #onDurable}. */
    private void makeDurable(long endOffset) {
        if (endOffset <= log.durableEndOffset()) {
            onDurable();
            return;
        }
        log.whenDurable(endOffset)
                .exceptionally(
                        failure -> {
                            LOG.debug("{} is not durable to {}", partition(), endOffset, failure);
                            return null;
                        });
    }

    @Override
    public OptionalLong badEntryOffset() {
        synchronized (lock) {
            return badEntryOffset;
        }
    }

    @Override
    public void marks(long subscription, ReplicaMarks marks) {
        boolean firstTime;
        synchronized (lock) {
            if (over || !state.isCurrent(subscription) || !state.isFollowing()) {
                return;
            }
            marks.highWatermark().ifPresent(this::highWatermark);
            tombstoneHorizon = marks.tombstoneHorizon();
            advanceLogStart(marks.logStartOffset());
            // Below the min ISR a new leader knows no high watermark until this replica has joined,
            // which is for the leader to judge (I8).
            boolean hasAll = log.durableEndOffset() >= marks.highWatermark().orElse(0);
            firstTime = hasAll && !caughtUp;
            caughtUp |= hasAll;
        }
        listeners.tell();
        if (firstTime) {
            onCaughtUp.run();
        }
    }

    private void highWatermark(long offset) {
        leaderHighWatermark = offset;
        log.advanceHighWatermark(offset);
    }

    /**
     * Nothing above the leader's is deleted here, and nothing that is not committed (P16). Below
     * the leader's log start all was: also where that leader knows no high watermark before this
     * replica has joined, for which it needs the log start.
     */
    private void advanceLogStart(long leaders) {
        log.advanceHighWatermark(Math.min(leaders, log.durableEndOffset()));
        long start = Math.min(leaders, log.highWatermark());
        if (start <= log.logStartOffset()) {
            return;
        }
        try {
            log.advanceLogStart(start);
        } catch (IOException e) {
            LOG.warn("{}: the log start could not be moved to {}", partition(), start, e);
        }
    }

    /** More of the log is durable. */
    void onDurable() {
        listeners.tell();
    }

    @Override
    public Vouched vouched() {
        long number = subscription; // first: what is read of a log that was cut since is void
        return new Vouched(
                number, log.durableEndOffset(), log.logStartOffset(), log.compactedEndOffset());
    }

    @Override
    public Subscription subscribe(Runnable action) {
        return listeners.subscribe(action);
    }
}
