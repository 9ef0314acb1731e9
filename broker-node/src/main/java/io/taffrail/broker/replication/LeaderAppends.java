// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication;

import io.taffrail.api.LogFailure;
import io.taffrail.logstore.AppendResult;
import io.taffrail.logstore.PartitionLog;
import io.taffrail.model.Acks;
import io.taffrail.model.Clock;
import io.taffrail.model.LogError;
import io.taffrail.model.batch.ProducedBatch;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.Lock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is appended under one leadership, and the requests that wait until that may be acknowledged:
 * until it is durable here (acks=leader), or committed (acks=all).
 *
 * <p>Safe for any thread: appends share the lock of the epoch, and the log gives them their order.
 * Requests are completed with no lock held.
 */
final class LeaderAppends {
    private static final Logger LOG = LoggerFactory.getLogger(LeaderAppends.class);

    /** Records with acks=leader that may lie above the high watermark below the min ISR (P15). */
    private static final long MAX_UNCOMMITTED_RECORDS = 1 << 20;

    private final PartitionLog log;
    private final LeaderEpoch epoch;
    private final LeaderProgress progress;
    private final Clock clock;
    private final Runnable onAppended;
    private final CommitWaiters committed;
    private final CommitWaiters durable;

    /**
     * @param onAppended told after the log end moved, before anything is durable
     */
    LeaderAppends(
            PartitionLog log,
            LeaderEpoch epoch,
            LeaderProgress progress,
            Clock clock,
            Runnable onAppended) {
        this.log = log;
        this.epoch = epoch;
        this.progress = progress;
        this.clock = clock;
        this.onAppended = onAppended;
        this.committed = new CommitWaiters(log.highWatermark());
        this.durable = new CommitWaiters(log.durableEndOffset());
    }

    /** See {@link PartitionLeader#append}. */
    AppendTicket append(
            List<ProducedBatch> batches,
            OptionalLong expectedBaseOffset,
            Acks acks,
            Duration timeout) {
        List<AppendResult> results;
        Lock lasting = epoch.shared();
        lasting.lock();
        try {
            Optional<LogFailure> refused = epoch.ended().or(() -> refusal(acks));
            if (refused.isPresent()) {
                return new AppendTicket.Refused(refused.get(), 0);
            }
            results = log.appendAsLeader(batches, epoch.number(), expectedBaseOffset);
        } catch (IOException e) {
            LOG.debug("append to {} failed", log.partition(), e);
            return new AppendTicket.Refused(FailedLog.of(log, e), 0);
        } finally {
            lasting.unlock();
        }
        onAppended.run(); // before anything is durable here: fsyncs run side by side
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
                                log.partition()
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
            return progress.duplicateAnsweredAt(
                    duplicate
                            .stored()
                            .map(stored -> OptionalLong.of(stored.lastOffset() + 1))
                            .orElse(OptionalLong.empty()));
        }
        return 0;
    }

    /** The log's listener hears of it, through {@link #onDurable}. */
    private void requestFlush(long endOffset) {
        log.whenDurable(endOffset)
                .exceptionally(
                        failure -> {
                            LOG.debug(
                                    "{} is not durable to {}", log.partition(), endOffset, failure);
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

    /** All below {@code endOffset} counts as stored here, by the topic's flush policy. */
    void onDurable(long endOffset) {
        durable.reached(endOffset);
        progress.durable(endOffset);
    }

    /** All below {@code highWatermark} is committed. */
    void onCommitted(long highWatermark) {
        committed.reached(highWatermark);
    }

    /** Gives NOT_COMMITTED_IN_TIME to the requests whose time is up. */
    void expire(long now) {
        if (committed.size() + durable.size() > 0) {
            LogFailure late =
                    LogFailure.of(
                            LogError.NOT_COMMITTED_IN_TIME,
                            "written to "
                                    + log.partition()
                                    + ", not yet committed: resend with the same sequence");
            committed.expire(now, late);
            durable.expire(now, late);
        }
    }

    /** The epoch is over: everybody who waits is told. */
    void end(LogFailure why) {
        committed.end(why);
        durable.end(why);
    }
}
