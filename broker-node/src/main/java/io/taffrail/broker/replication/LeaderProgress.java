// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication;

import io.taffrail.broker.partition.ClusterMembers;
import io.taffrail.broker.partition.FollowerAck;
import io.taffrail.broker.partition.FollowerOpen;
import io.taffrail.broker.partition.IsrProposal;
import io.taffrail.broker.partition.LeaderState;
import io.taffrail.broker.partition.LeadershipStart;
import io.taffrail.broker.partition.ProposalAnswer;
import io.taffrail.logstore.PartitionLog;
import io.taffrail.model.Clock;
import io.taffrail.model.cluster.PartitionEntry;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@link LeaderState} of one leadership for any thread: its lock is held for arithmetic only, and
 * who listens is called without it. After {@link #end} nothing changes any more: by then the log
 * may be another leadership's.
 */
final class LeaderProgress {
    private static final Logger LOG = LoggerFactory.getLogger(LeaderProgress.class);

    private final ReplicaEnvironment environment;
    private final PartitionLog log;
    private final Clock clock;
    private final Runnable onCommitted;
    private final LeaderState state; // under this
    private boolean over; // under this
    private volatile Marks marks;

    /**
     * What readers see, swapped whole.
     *
     * @param reported what they are told (P13)
     */
    record Marks(long highWatermark, OptionalLong reported) {}

    /** Something that may move the high watermark; returns whether it did. */
    private interface Event {
        boolean happen();
    }

    /**
     * Begins with what the log has.
     *
     * @param onCommitted told after the high watermark moved
     */
    LeaderProgress(
            ReplicaEnvironment environment,
            PartitionLog log,
            PartitionEntry partition,
            ClusterMembers members,
            Runnable onCommitted) {
        this.environment = environment;
        this.log = log;
        this.clock = environment.clock();
        this.onCommitted = onCommitted;
        this.state =
                environment
                        .rules()
                        .leader(
                                new LeadershipStart(
                                        environment.brokerId(),
                                        partition,
                                        log.logEndOffset(),
                                        log.highWatermark(),
                                        members,
                                        environment.lag(),
                                        clock.nanoTime()));
        this.marks = marks(state);
    }

    private static Marks marks(LeaderState state) {
        return new Marks(state.highWatermark(), state.reportedHighWatermark());
    }

    Marks marks() {
        return marks;
    }

    /** Members of the ISR as committed, and how many there must be for acks=all (P8). */
    record Membership(int inSync, int required) {
        boolean isEnough() {
            return inSync >= required;
        }
    }

    synchronized Membership membership() {
        return new Membership(state.inSync(), state.required());
    }

    private boolean change(Event event) {
        boolean moved;
        synchronized (this) {
            if (over) {
                return false;
            }
            moved = event.happen();
            marks = marks(state);
            if (moved) {
                log.advanceHighWatermark(marks.highWatermark());
            }
        }
        if (moved) {
            onCommitted.run();
        }
        return moved;
    }

    /** See {@link LeaderState#duplicateAnsweredAt}. */
    synchronized long duplicateAnsweredAt(OptionalLong originalEnd) {
        return state.duplicateAnsweredAt(originalEnd, log.logEndOffset());
    }

    /** The leader vouches for all below {@code endOffset}. */
    void durable(long endOffset) {
        change(() -> state.onAcknowledged(endOffset));
    }

    /** Returns whether the high watermark moved. */
    boolean partitionChanged(PartitionEntry partition) {
        boolean moved =
                change(
                        () ->
                                state.onPartitionChanged(
                                        partition, log.logEndOffset(), clock.nanoTime()));
        propose();
        return moved;
    }

    void brokersChanged() {
        synchronized (this) {
            state.onBrokersChanged();
        }
        propose();
    }

    /** Looks for members that fell behind; to be called now and then. */
    void lookAfterFollowers() {
        synchronized (this) {
            state.lookAfter(log.logEndOffset(), clock.nanoTime());
        }
        propose();
    }

    synchronized LeaderState.Opened mayOpen(FollowerOpen open) {
        return state.mayOpen(open);
    }

    /** Whether the follower lacks what this log does not have any more. */
    synchronized boolean isOvertaken(FollowerOpen open) {
        return state.isOvertaken(open.logEndOffset(), log.logStartOffset(), log.tombstoneHorizon());
    }

    /** The logs agree; returns whether the follower has not opened again meanwhile. */
    boolean opened(FollowerOpen open) {
        boolean[] taken = new boolean[1];
        change(
                () -> {
                    taken[0] = state.mayOpen(open) == LeaderState.Opened.YES;
                    return taken[0] && state.onOpened(open, log.logEndOffset(), clock.nanoTime());
                });
        propose();
        return taken[0];
    }

    /** Whether the follower has not opened again since, and was not registered again. */
    synchronized boolean holds(FollowerOpen open) {
        return state.holds(open.brokerId(), open.brokerEpoch(), open.subscription());
    }

    void acknowledged(FollowerAck ack) {
        change(() -> state.onAcknowledged(ack, log.logEndOffset(), clock.nanoTime()));
        propose();
    }

    /** Asks something of the state. */
    synchronized boolean is(Predicate<LeaderState> question) {
        return question.test(state);
    }

    /** All below it was compacted by every replica: tombstones there are needed no more (P22). */
    synchronized long compactedEverywhere() {
        return state.compactedEverywhere(log.compactedEndOffset());
    }

    /** Where the followers are. */
    synchronized List<LeaderState.Standing> standings() {
        return state.standings(clock.nanoTime());
    }

    /** Asks the controller for the ISR that should be, if it is another (I7). */
    private void propose() {
        Optional<IsrProposal> proposal;
        synchronized (this) {
            proposal =
                    over
                            ? Optional.empty()
                            : state.takeProposal(log.logStartOffset(), clock.nanoTime());
        }
        proposal.ifPresent(
                due -> environment.proposals().propose(due, answer -> answered(due, answer)));
    }

    private void answered(IsrProposal proposal, ProposalAnswer answer) {
        LOG.debug("{}: {} was answered {}", log.partition(), proposal, answer);
        synchronized (this) {
            state.onAnswer(proposal, answer, clock.nanoTime());
        }
    }

    synchronized void end() {
        over = true;
    }
}
