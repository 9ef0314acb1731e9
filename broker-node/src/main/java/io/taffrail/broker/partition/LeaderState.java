// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.partition;

import static io.taffrail.model.Invariants.check;

import io.taffrail.model.cluster.PartitionEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * What the leader of a partition knows in one leader epoch: how far each replica has acknowledged,
 * and so what is committed. Always: the high watermark never falls, and is at most what the leader
 * itself has acknowledged.
 *
 * <p>Owned by one thread at a time. Knows nothing of the log: its shell says what was acknowledged.
 */
public final class LeaderState {
    private final int leaderId;
    private final int leaderEpoch;
    private final long epochStartOffset;
    private final Map<Integer, Long> acknowledged = new TreeMap<>(); // by broker
    private PartitionEntry partition;
    private long highWatermark;

    /**
     * At the beginning of an epoch.
     *
     * @param epochStartOffset the leader's log end then: the epoch's first offset
     * @param highWatermark what is known to be committed from before; a hint that may be too low
     */
    public LeaderState(
            int leaderId, PartitionEntry partition, long epochStartOffset, long highWatermark) {
        check(partition.isLedBy(leaderId), "broker %d does not lead %s", leaderId, partition);
        check(
                highWatermark <= epochStartOffset,
                "high watermark %d is above the log end %d",
                highWatermark,
                epochStartOffset);
        this.leaderId = leaderId;
        this.leaderEpoch = partition.leaderEpoch();
        this.partition = partition;
        this.epochStartOffset = epochStartOffset;
        this.highWatermark = highWatermark;
        acknowledged.put(leaderId, highWatermark);
    }

    /** All below it is committed; readers go no further (I4). */
    public long highWatermark() {
        return highWatermark;
    }

    /**
     * The high watermark as told to others: none until it reached the epoch's first offset, for
     * before that something may be committed that this leader does not know of (KIP-207, P13).
     */
    public OptionalLong reportedHighWatermark() {
        return highWatermark >= epochStartOffset
                ? OptionalLong.of(highWatermark)
                : OptionalLong.empty();
    }

    /** How many replicas are in sync, as committed. */
    public int inSync() {
        return partition.isr().size();
    }

    /** How many have to be, for appends with acks=all (P8). */
    public int required() {
        return partition.effectiveMinIsr();
    }

    /** Whether appends with acks=all are taken. */
    public boolean hasEnoughReplicas() {
        return inSync() >= required();
    }

    /** The state that the epoch's replicas are in now. */
    public PartitionEntry partition() {
        return partition;
    }

    /**
     * A newer state of the same leader epoch: ISR, ELR and min ISR are taken together (P8). Returns
     * whether the high watermark moved.
     */
    public boolean onPartitionChanged(PartitionEntry changed) {
        check(
                changed.leaderEpoch() == leaderEpoch && changed.isLedBy(leaderId),
                "epoch %d of broker %d is over: %s",
                leaderEpoch,
                leaderId,
                changed);
        if (changed.partitionEpoch() <= partition.partitionEpoch()) {
            return false; // old news
        }
        partition = changed;
        return advance();
    }

    /**
     * A replica vouches for all below {@code offset}: under {@code flush=commit} that is on its
     * disk. Returns whether the high watermark moved.
     */
    public boolean onAcknowledged(int brokerId, long offset) {
        acknowledged.merge(brokerId, offset, Math::max);
        return advance();
    }

    private boolean advance() {
        List<Long> offsets = new ArrayList<>();
        for (int member : partition.isr()) {
            offsets.add(acknowledged.getOrDefault(member, 0L));
        }
        long before = highWatermark;
        highWatermark = HighWatermark.advance(highWatermark, offsets, inSync(), required());
        checkInvariants();
        return highWatermark > before;
    }

    private void checkInvariants() {
        check(
                highWatermark <= acknowledged.get(leaderId),
                "high watermark %d is above what the leader acknowledged, %d",
                highWatermark,
                acknowledged.get(leaderId));
    }
}
