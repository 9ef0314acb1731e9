// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication;

import io.taffrail.api.LogFailure;
import io.taffrail.broker.Subscription;
import io.taffrail.broker.partition.FollowerAck;
import io.taffrail.broker.partition.FollowerOpen;
import io.taffrail.logstore.PartitionLog;
import io.taffrail.model.LogError;
import io.taffrail.model.TopicPartition;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The followers of one leadership: who may open, what they are told, and what they vouch for. Safe
 * for any thread; listeners are called with no lock held.
 */
final class LeaderFollowers implements ReplicationSource {
    private static final Logger LOG = LoggerFactory.getLogger(LeaderFollowers.class);
    private static final int VERIFIED_BYTES = 16 << 20;

    private final PartitionLog log;
    private final LeaderEpoch epoch;
    private final LeaderProgress progress;
    private final Executor blocking;
    private final Runnable onAcknowledged;
    private final ReplicaListeners listeners = new ReplicaListeners();

    /**
     * @param blocking reads the disk
     * @param onAcknowledged told after a follower vouched for more
     */
    LeaderFollowers(
            PartitionLog log,
            LeaderEpoch epoch,
            LeaderProgress progress,
            Executor blocking,
            Runnable onAcknowledged) {
        this.log = log;
        this.epoch = epoch;
        this.progress = progress;
        this.blocking = blocking;
        this.onAcknowledged = onAcknowledged;
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
    public Subscription subscribeReplication(Runnable action) {
        return listeners.subscribe(action);
    }

    /** Something that {@link #subscribeReplication} promises has changed. */
    void tell() {
        listeners.tell();
    }

    @Override
    public OpenOutcome open(FollowerOpen open) {
        Optional<LogFailure> ended = epoch.ended();
        if (ended.isPresent()) {
            return new OpenOutcome.Refused(ended.get());
        }
        if (open.leaderEpoch() != epoch.number()) {
            return refused(open, "asks for epoch " + open.leaderEpoch());
        }
        return switch (progress.mayOpen(open)) {
            case PASSED -> refused(open, "has opened again since");
            case STALE_BROKER ->
                    refused(open, "is not registered under epoch " + open.brokerEpoch());
            case NOT_A_REPLICA ->
                    refused(open, "has no replica of it in directory " + open.directoryId());
            case YES -> compare(open);
        };
    }

    private OpenOutcome compare(FollowerOpen open) {
        try {
            return Agreement.of(log, open, progress.isOvertaken(open))
                    .orElseGet(() -> accept(open));
        } catch (IOException e) {
            LOG.warn("{} cannot be followed", partition(), e);
            return new OpenOutcome.Refused(FailedLog.of(log, e));
        }
    }

    private OpenOutcome accept(FollowerOpen open) {
        return progress.opened(open)
                ? new OpenOutcome.Accepted(new FollowerSubscription(this, log, open))
                : refused(open, "has opened again since");
    }

    private OpenOutcome refused(FollowerOpen open, String why) {
        return new OpenOutcome.Refused(
                LogFailure.of(
                                LogError.STALE_EPOCH,
                                partition()
                                        + ", led here in epoch "
                                        + epoch.number()
                                        + ": broker "
                                        + open.brokerId()
                                        + " "
                                        + why)
                        .with("current_epoch", epoch.number()));
    }

    // What an accepted follower asks and says

    /** Why the leadership is over; empty while it lasts. */
    Optional<LogFailure> ended() {
        return epoch.ended();
    }

    /** Whether the follower has not opened again since. */
    boolean holds(FollowerOpen open) {
        return progress.holds(open);
    }

    void acknowledged(FollowerAck ack) {
        progress.acknowledged(ack);
        onAcknowledged.run();
    }

    ReplicaMarks marks() {
        return new ReplicaMarks(
                progress.marks().reported(), log.logStartOffset(), log.tombstoneHorizon());
    }

    /** A follower got an entry that is not whole: is it so here, too (P19)? */
    void verify(long offset) {
        blocking.execute(
                () -> {
                    try {
                        log.scrub(offset, VERIFIED_BYTES);
                    } catch (IOException e) {
                        LOG.warn("{} cannot be verified", partition(), e);
                    }
                });
    }
}
