// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.partition;

import static io.taffrail.model.Invariants.check;

import io.taffrail.model.cluster.PartitionEntry;
import io.taffrail.model.cluster.ReplicaEntry;
import io.taffrail.model.cluster.ReplicaFault;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the leader of a partition knows in one leader epoch: how far each replica has come, and so
 * what is committed, and who should be in sync. Always: the high watermark never falls, and is at
 * most what the leader itself has acknowledged.
 *
 * <p>Owned by one thread at a time. Knows nothing of the log or the network: its shell says what
 * happened, with the log end and the time, in nanoseconds of one clock.
 */
public class LeaderState {
    private final int leaderId;
    private final int leaderEpoch;
    private final long epochStartOffset;
    private final long lagNanos;
    private final ClusterMembers members;
    private final Followers followers;
    private final IsrChange change;
    private PartitionEntry partition;
    private long acknowledged; // by the leader itself
    private long highWatermark;

    /** What came of an open. */
    public enum Opened {
        /** The follower's acknowledged offset is set. */
        YES,
        /** A newer open of the same follower was there before. */
        PASSED,
        /** The follower was registered again, or is not known here. */
        STALE_BROKER,
        /** It is not among the partition's replicas. */
        NOT_A_REPLICA
    }

    /** At the beginning of an epoch. */
    public LeaderState(LeadershipStart start) {
        this.leaderId = start.brokerId();
        this.partition = start.partition();
        this.leaderEpoch = partition.leaderEpoch();
        this.epochStartOffset = start.epochStartOffset();
        this.highWatermark = start.highWatermark();
        this.acknowledged = highWatermark;
        this.members = start.members();
        this.lagNanos = start.lag().toNanos();
        this.followers = new Followers(leaderId, members, start.now());
        this.change = new IsrChange(members);
        followers.assign(partition, epochStartOffset, start.now());
    }

    // What is committed

    /** All below it is committed; readers go no further (I4). */
    public final long highWatermark() {
        return highWatermark;
    }

    /**
     * The high watermark as told to others: none until it reached the epoch's first offset, for
     * before that something may be committed that this leader does not know of (KIP-207, P13).
     */
    public final OptionalLong reportedHighWatermark() {
        return highWatermark >= epochStartOffset
                ? OptionalLong.of(highWatermark)
                : OptionalLong.empty();
    }

    /** How many replicas are in sync, as committed. */
    public final int inSync() {
        return partition.isr().size();
    }

    /** How many have to be, for appends with acks=all (P8). */
    public final int required() {
        return partition.effectiveMinIsr();
    }

    /** Whether appends with acks=all are taken. */
    public final boolean hasEnoughReplicas() {
        return inSync() >= required();
    }

    /** The state that the epoch's replicas are in now. */
    public final PartitionEntry partition() {
        return partition;
    }

    /**
     * The leader vouches for all below {@code offset}: under {@code flush=commit} that is on its
     * disk. Returns whether the high watermark moved.
     */
    public final boolean onAcknowledged(long offset) {
        acknowledged = Math.max(acknowledged, offset);
        return advance();
    }

    /**
     * What has to be committed before a duplicate is answered: its original, or all there is where
     * nobody knows any more which that was (I4).
     */
    public long duplicateAnsweredAt(OptionalLong originalEnd, long logEndOffset) {
        return originalEnd.orElse(logEndOffset);
    }

    /** Exclusive end of what a follower vouches for; empty: it has not opened in this epoch. */
    public OptionalLong acknowledgedBy(int brokerId) {
        return followers.acknowledgedBy(brokerId);
    }

    /**
     * A follower that has opened.
     *
     * @param acknowledged exclusive end of what it vouches for
     * @param behindNanos since it last had all that the log held then
     */
    public record Standing(int brokerId, long acknowledged, long behindNanos) {}

    /** Where the followers are that have opened in this epoch, by broker. */
    public final List<Standing> standings(long now) {
        return followers.standings(now);
    }

    /** Members as committed, and whoever a pending proposal would bring in (I3, I7). */
    protected Collection<Integer> maximalIsr() {
        Set<Integer> maximal = new TreeSet<>(partition.isr());
        maximal.addAll(change.proposed());
        return maximal;
    }

    /** How many members count for the minimum: those that are committed (I3). */
    protected int membersThatCount() {
        return partition.isr().size();
    }

    private boolean advance() {
        List<Long> offsets = new ArrayList<>();
        for (int member : maximalIsr()) {
            offsets.add(member == leaderId ? acknowledged : acknowledgedBy(member).orElse(0));
        }
        long before = highWatermark;
        highWatermark =
                HighWatermark.advance(highWatermark, offsets, membersThatCount(), required());
        check(
                highWatermark <= acknowledged,
                "high watermark %d is above what the leader acknowledged, %d",
                highWatermark,
                acknowledged);
        return highWatermark > before;
    }

    /**
     * Whether everybody who may be elected has this log start durably, or a later one: the members,
     * whoever is about to join, and those of the ELR (P16).
     */
    public final boolean isLogStartInSync(long logStartOffset) {
        Set<Integer> electable = new TreeSet<>(maximalIsr());
        electable.addAll(partition.elr());
        return followers.haveLogStart(electable, logStartOffset);
    }

    /** Every assigned replica has acknowledged and compacted all below it (P22). */
    public long compactedEverywhere(long compactedHere) {
        return followers.compactedEverywhere(compactedHere);
    }

    // Followers

    /**
     * Whether a follower whose log ends there lacks records that were deleted here (P16), or
     * tombstones that were dropped (P22): then it begins again.
     */
    public boolean isOvertaken(long logEndOffset, long logStartOffset, long tombstoneHorizon) {
        return logEndOffset < logStartOffset || logEndOffset < tombstoneHorizon;
    }

    /** Whether a follower may open; changes nothing. */
    public Opened mayOpen(FollowerOpen open) {
        return followers.mayOpen(open, partition);
    }

    /** The logs agree up to the follower's end. Returns whether the high watermark moved. */
    public final boolean onOpened(FollowerOpen open, long logEndOffset, long now) {
        followers.get(open.brokerId()).opened(open, logEndOffset, now);
        return advance();
    }

    /** Whether a subscription is still the follower's, and it the one that is registered. */
    public boolean holds(int brokerId, long brokerEpoch, long subscription) {
        return followers.hold(brokerId, brokerEpoch, subscription);
    }

    /** A follower vouches for its log. Returns whether the high watermark moved. */
    public final boolean onAcknowledged(FollowerAck ack, long logEndOffset, long now) {
        if (!holds(ack.brokerId(), ack.brokerEpoch(), ack.subscription())) {
            return false; // P12
        }
        check(
                ack.offset() <= logEndOffset,
                "broker %d acknowledges %d, and the log ends at %d",
                ack.brokerId(),
                ack.offset(),
                logEndOffset);
        followers.get(ack.brokerId()).acknowledged(ack, logEndOffset, now);
        return advance();
    }

    // Metadata

    /**
     * A newer state of the same leader epoch: ISR, ELR and min ISR are taken together (P8). Returns
     * whether the high watermark moved.
     */
    public final boolean onPartitionChanged(PartitionEntry changed, long logEndOffset, long now) {
        check(
                changed.leaderEpoch() == leaderEpoch && changed.isLedBy(leaderId),
                "epoch %d of broker %d is over: %s",
                leaderEpoch,
                leaderId,
                changed);
        change.forgetRefusals();
        if (changed.partitionEpoch() <= partition.partitionEpoch()) {
            return false; // old news
        }
        partition = changed;
        followers.assign(changed, logEndOffset, now);
        change.onPartitionEpoch(changed.partitionEpoch());
        return advance();
    }

    /** The metadata of brokers changed: who was refused may be taken now (P9). */
    public final void onBrokersChanged() {
        change.forgetRefusals();
    }

    // Who should be in sync

    /** To be called now and then, so that lateness can be told from the leader's own pauses. */
    public final void lookAfter(long logEndOffset, long now) {
        followers.lookAfter(logEndOffset, now);
    }

    /**
     * What is to be proposed now, if anything is: each is to be sent once, and answered by {@link
     * #onAnswer}. From here on whoever joins by it counts as a member (I7).
     *
     * @param logStartOffset the leader's, which whoever joins has to have (P16)
     */
    public final Optional<IsrProposal> takeProposal(long logStartOffset, long now) {
        if (change.isIdle()) {
            beginChange(logStartOffset, now);
        }
        return change.take(now);
    }

    private void beginChange(long logStartOffset, long now) {
        if (partition.recovering()) {
            change.begin(partition, partition.isr(), true); // nobody joins before (P7)
            return;
        }
        List<Integer> wanted = wanted(logStartOffset, now);
        if (!new TreeSet<>(wanted).equals(new TreeSet<>(partition.isr()))) {
            change.begin(partition, wanted, false);
        }
    }

    private List<Integer> wanted(long logStartOffset, long now) {
        List<Integer> wanted = new ArrayList<>();
        for (ReplicaEntry replica : partition.replicas()) {
            int id = replica.brokerId();
            boolean inTime = id == leaderId || isInTime(id, now);
            if (inTime && (partition.isr().contains(id) || mayJoin(id, logStartOffset))) {
                wanted.add(id);
            }
        }
        return wanted;
    }

    private boolean isInTime(int brokerId, long now) {
        return now - followers.get(brokerId).caughtUpAt() <= lagNanos;
    }

    /**
     * I8: what it vouches for reached the high watermark and the epoch's first offset. Also the log
     * start: as a leader it would bring back what was deleted (P16).
     */
    protected boolean mayJoin(int brokerId, long logStartOffset) {
        long reached = acknowledgedBy(brokerId).orElse(-1);
        return reached >= highWatermark
                && reached >= epochStartOffset
                && followers.haveLogStart(List.of(brokerId), logStartOffset)
                && followers.isCurrent(brokerId)
                && members.mayJoin(brokerId)
                && partition.replicaOn(brokerId).orElseThrow().fault() == ReplicaFault.NONE
                && !change.isIneligible(brokerId);
    }

    /** The controller's word on the proposal that was taken last (P9). */
    public void onAnswer(IsrProposal proposal, ProposalAnswer answer, long now) {
        change.onAnswer(proposal, answer, partition, now);
    }

    @Override
    public String toString() {
        return "broker "
                + leaderId
                + " leads in epoch "
                + leaderEpoch
                + ", high watermark "
                + highWatermark
                + ", isr "
                + partition.isr();
    }
}
