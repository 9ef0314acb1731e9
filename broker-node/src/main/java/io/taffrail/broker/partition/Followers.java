// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.partition;

import io.taffrail.model.cluster.PartitionEntry;
import io.taffrail.model.cluster.ReplicaEntry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * The followers that a partition has in one leader epoch: who may open, and where each is. Owned by
 * {@link LeaderState}, and so by its thread.
 */
final class Followers {
    /** The leader was not looked after for as long: lateness is its own (P12). */
    private static final long OWN_PAUSE = Duration.ofSeconds(1).toNanos();

    private final int leaderId;
    private final ClusterMembers members;
    private final Map<Integer, FollowerProgress> byBroker = new TreeMap<>();
    private long lookedAfterAt;

    Followers(int leaderId, ClusterMembers members, long now) {
        this.leaderId = leaderId;
        this.members = members;
        this.lookedAfterAt = now;
    }

    /** They are the replicas of {@code partition}: new ones are caught up until they are late. */
    void assign(PartitionEntry partition, long logEndOffset, long now) {
        for (ReplicaEntry replica : partition.replicas()) {
            if (replica.brokerId() != leaderId) {
                byBroker.computeIfAbsent(
                        replica.brokerId(), id -> new FollowerProgress(logEndOffset, now));
            }
        }
        byBroker.keySet().removeIf(id -> partition.replicaOn(id).isEmpty());
    }

    /** One that is assigned. */
    FollowerProgress get(int brokerId) {
        return find(brokerId).orElseThrow();
    }

    private Optional<FollowerProgress> find(int brokerId) {
        return Optional.ofNullable(byBroker.get(brokerId));
    }

    /** Exclusive end of what a follower vouches for; empty: it has not opened in this epoch. */
    OptionalLong acknowledgedBy(int brokerId) {
        return find(brokerId).map(FollowerProgress::acknowledged).orElse(OptionalLong.empty());
    }

    /** Whether a follower may open; changes nothing. */
    LeaderState.Opened mayOpen(FollowerOpen open, PartitionEntry partition) {
        Optional<FollowerProgress> follower = find(open.brokerId());
        if (follower.isEmpty() || !isAssigned(open, partition)) {
            return LeaderState.Opened.NOT_A_REPLICA;
        }
        if (!isRegistered(open.brokerId(), open.brokerEpoch())) {
            return LeaderState.Opened.STALE_BROKER;
        }
        return follower.get().isNewer(open) ? LeaderState.Opened.YES : LeaderState.Opened.PASSED;
    }

    private static boolean isAssigned(FollowerOpen open, PartitionEntry partition) {
        return partition
                .replicaOn(open.brokerId())
                .filter(replica -> replica.directoryId().equals(open.directoryId()))
                .isPresent();
    }

    /** Whether a subscription is still the follower's, and it the one that is registered. */
    boolean hold(int brokerId, long brokerEpoch, long subscription) {
        return find(brokerId).filter(each -> each.holds(brokerEpoch, subscription)).isPresent()
                && isRegistered(brokerId, brokerEpoch);
    }

    /** Whether it opened by the process that is registered now. */
    boolean isCurrent(int brokerId) {
        return isRegistered(brokerId, get(brokerId).brokerEpoch());
    }

    private boolean isRegistered(int brokerId, long brokerEpoch) {
        return members.brokerEpoch(brokerId).equals(OptionalLong.of(brokerEpoch));
    }

    /** Those that have opened in this epoch, by broker. */
    List<LeaderState.Standing> standings(long now) {
        List<LeaderState.Standing> standings = new ArrayList<>();
        byBroker.forEach(
                (id, follower) -> {
                    if (follower.acknowledged().isPresent()) {
                        standings.add(
                                new LeaderState.Standing(
                                        id,
                                        follower.acknowledged().getAsLong(),
                                        now - follower.caughtUpAt()));
                    }
                });
        return standings;
    }

    /** Whether these have this log start durably, or a later one (P16). */
    boolean haveLogStart(Collection<Integer> brokers, long logStartOffset) {
        return brokers.stream()
                .filter(id -> id != leaderId)
                .allMatch(id -> get(id).logStartOffset() >= logStartOffset);
    }

    /**
     * Exclusive end of what each has acknowledged and compacted, and the leader compacted (P22).
     */
    long compactedEverywhere(long compactedHere) {
        long compacted = compactedHere;
        for (FollowerProgress follower : byBroker.values()) {
            long both = Math.min(follower.compactedOffset(), follower.acknowledged().orElse(0));
            compacted = Math.min(compacted, both);
        }
        return compacted;
    }

    /** To be called now and then, so that lateness can be told from the leader's own pauses. */
    void lookAfter(long logEndOffset, long now) {
        boolean paused = now - lookedAfterAt > OWN_PAUSE;
        lookedAfterAt = now;
        for (FollowerProgress follower : byBroker.values()) {
            if (paused) {
                follower.forgive(now);
            }
            follower.noteTime(logEndOffset, now);
        }
    }
}
