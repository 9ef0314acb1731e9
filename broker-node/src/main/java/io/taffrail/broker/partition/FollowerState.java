// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.partition;

import io.taffrail.model.OffsetAndEpoch;
import io.taffrail.model.cluster.PartitionEntry;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a follower decides in one leader epoch: which messages of its leader are for the
 * subscription that it holds now, and where its log is to be cut (P12, I6). Whether a run continues
 * the log is the log's own check.
 *
 * <p>Owned by one thread at a time. Knows nothing of the log: its shell says what is in it.
 */
public class FollowerState {
    private final int brokerId;
    private final int leaderEpoch;
    private long subscription = -1;
    private boolean following;

    public FollowerState(int brokerId, int leaderEpoch) {
        this.brokerId = brokerId;
        this.leaderEpoch = leaderEpoch;
    }

    public final int leaderEpoch() {
        return leaderEpoch;
    }

    /** The newest subscription that was asked for. */
    public final long subscription() {
        return subscription;
    }

    /** Whether the leader has accepted it, so that the logs agree. */
    public final boolean isFollowing() {
        return following;
    }

    /** Asks for a new subscription: whatever is on its way for an earlier one is void. */
    public final void opening(long number) {
        subscription = number;
        following = false;
    }

    /** The leader accepted; returns whether that was for the newest one. */
    public final boolean onAccepted(long number) {
        if (isCurrent(number)) {
            following = true;
            return true;
        }
        return false;
    }

    /** Whether a message is for the subscription that is held. */
    public boolean isCurrent(long number) {
        return number == subscription;
    }

    /** The subscription is given up; a new one has to be asked for. */
    public final void paused() {
        following = false;
        subscription = -1;
    }

    /** Whether a run is for this epoch, and for the subscription that the leader has accepted. */
    public boolean takesRun(long number, int runEpoch) {
        return isCurrent(number) && following && runEpoch == leaderEpoch;
    }

    /**
     * Where this log is to be cut, given where the leader's ends in the largest epoch at or below
     * this one's last: at the smaller of that and the own end of that epoch (KIP-279).
     *
     * @param ownEnd this log's largest epoch at or below the leader's, and where it ends
     */
    public long cutOffset(long leaderEndOffset, Optional<OffsetAndEpoch> ownEnd, long logStart) {
        return Math.max(
                logStart, Math.min(leaderEndOffset, ownEnd.map(OffsetAndEpoch::offset).orElse(0L)));
    }

    /**
     * Whether this replica may lose what it counts as committed: only where nobody counts on it
     * (I6). That is so outside of ISR and ELR, in an epoch that began after its own last entry.
     */
    public boolean mayCutCommitted(PartitionEntry partition, OptionalInt lastEpoch) {
        return mayDrop(partition) && lastEpoch.orElse(-1) < leaderEpoch;
    }

    /** Whether this replica may lose everything. */
    public boolean mayDrop(PartitionEntry partition) {
        return !partition.isr().contains(brokerId) && !partition.elr().contains(brokerId);
    }
}
