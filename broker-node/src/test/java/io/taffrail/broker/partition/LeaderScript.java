// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.partition;

import io.taffrail.model.TopicId;
import io.taffrail.model.cluster.DirectoryId;
import io.taffrail.model.cluster.PartitionEntry;
import io.taffrail.model.cluster.ReplicaEntry;
import io.taffrail.model.cluster.ReplicaFault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;

/** Tells a {@link LeaderState} of broker 1 what happens, with replicas on brokers 1 to 3. */
final class LeaderScript {
    static final long LAG_MS = 5_000;
    private static final int EPOCH = 7;
    private static final TopicId TOPIC = new TopicId(1, 2);

    private final Map<Integer, Long> brokerEpochs =
            new HashMap<>(Map.of(1, 101L, 2, 102L, 3, 103L));
    private final Map<Integer, Long> subscriptions = new HashMap<>();
    private LeaderState state;
    private long now = 1;
    private long logStart;
    private long logEnd;
    private List<Integer> elr = List.of();
    private long partitionEpoch;
    private long nextSubscription;

    private final class Members implements ClusterMembers {
        @Override
        public OptionalLong brokerEpoch(int brokerId) {
            return OptionalLong.of(brokerEpochs.get(brokerId));
        }

        @Override
        public boolean mayJoin(int brokerId) {
            return true;
        }
    }

    LeaderScript lead(List<Integer> isr, int minIsr, long logEndOffset, long highWatermark) {
        return begin(entry(0, isr, minIsr), logEndOffset, highWatermark);
    }

    LeaderScript recovering(List<Integer> isr, int minIsr, long logEndOffset, long highWatermark) {
        return begin(entry(EPOCH, 0, isr, minIsr, true), logEndOffset, highWatermark);
    }

    private LeaderScript begin(PartitionEntry entry, long logEndOffset, long highWatermark) {
        logEnd = logEndOffset;
        state =
                new LeaderState(
                        new LeadershipStart(
                                1,
                                entry,
                                logEndOffset,
                                highWatermark,
                                new Members(),
                                Duration.ofMillis(LAG_MS),
                                now));
        state.onAcknowledged(highWatermark);
        return this;
    }

    LeaderState state() {
        return state;
    }

    long highWatermark() {
        return state.highWatermark();
    }

    PartitionEntry entry(long ofPartitionEpoch, List<Integer> isr, int minIsr) {
        return entry(EPOCH, ofPartitionEpoch, isr, minIsr, false);
    }

    PartitionEntry entryOfEpoch(
            long ofPartitionEpoch, int leaderEpoch, List<Integer> isr, int minIsr) {
        return entry(leaderEpoch, ofPartitionEpoch, isr, minIsr, false);
    }

    private PartitionEntry entry(
            int leaderEpoch,
            long partitionEpoch,
            List<Integer> isr,
            int minIsr,
            boolean recovering) {
        List<ReplicaEntry> replicas = new ArrayList<>();
        for (int id = 1; id <= 3; id++) {
            replicas.add(new ReplicaEntry(id, directory(id), true, ReplicaFault.NONE, 1));
        }
        return new PartitionEntry(
                TOPIC,
                0,
                replicas,
                OptionalInt.of(1),
                leaderEpoch,
                partitionEpoch,
                isr,
                elr,
                List.of(),
                minIsr,
                recovering,
                List.of(),
                List.of());
    }

    private static DirectoryId directory(int brokerId) {
        return new DirectoryId(new UUID(0, brokerId));
    }

    LeaderScript startsAt(long newLogStart) {
        logStart = newLogStart;
        return this;
    }

    LeaderScript append(long newLogEnd) {
        logEnd = newLogEnd;
        return this;
    }

    LeaderScript durable(long offset) {
        logEnd = Math.max(logEnd, offset);
        state.onAcknowledged(offset);
        return this;
    }

    FollowerOpen openOf(int brokerId, long end) {
        return open(brokerId, end, directory(brokerId));
    }

    FollowerOpen openFromOtherDirectory(int brokerId, long end) {
        return open(brokerId, end, directory(99));
    }

    private FollowerOpen open(int brokerId, long end, DirectoryId directory) {
        return new FollowerOpen(
                brokerId,
                brokerEpoch(brokerId),
                ++nextSubscription,
                directory,
                EPOCH,
                end,
                OptionalInt.empty(),
                0);
    }

    LeaderScript open(int brokerId, long end) {
        FollowerOpen open = openOf(brokerId, end);
        if (state.mayOpen(open) != LeaderState.Opened.YES) {
            throw new AssertionError(state.mayOpen(open));
        }
        subscriptions.put(brokerId, open.subscription());
        state.onOpened(open, logEnd, now);
        return this;
    }

    long subscription(int brokerId) {
        return subscriptions.get(brokerId);
    }

    LeaderScript acknowledge(int brokerId, long offset) {
        return acknowledge(brokerId, subscription(brokerId), offset);
    }

    LeaderScript acknowledge(int brokerId, long subscription, long offset) {
        return acknowledge(brokerId, subscription, offset, 0, 0);
    }

    LeaderScript acknowledge(
            int brokerId, long subscription, long offset, long logStart, long compacted) {
        logEnd = Math.max(logEnd, offset);
        state.onAcknowledged(
                new FollowerAck(
                        brokerId, 100 + brokerId, subscription, offset, logStart, compacted),
                logEnd,
                now);
        return this;
    }

    LeaderScript changed(List<Integer> isr, List<Integer> newElr, int minIsr) {
        elr = newElr;
        return changed(isr, minIsr);
    }

    LeaderScript changed(List<Integer> isr, int minIsr) {
        state.onPartitionChanged(entry(++partitionEpoch, isr, minIsr), logEnd, now);
        return this;
    }

    LeaderScript registeredAgain(int brokerId) {
        brokerEpochs.merge(brokerId, 100L, Long::sum);
        state.onBrokersChanged();
        return this;
    }

    long brokerEpoch(int brokerId) {
        return brokerEpochs.get(brokerId);
    }

    /** Time passes, and the leader is looked after meanwhile. */
    LeaderScript after(long millis) {
        for (long passed = 0; passed < millis; passed += 100) {
            now += Duration.ofMillis(100).toNanos();
            state.lookAfter(logEnd, now);
        }
        return this;
    }

    LeaderScript pausedFor(long millis) {
        now += Duration.ofMillis(millis).toNanos();
        state.lookAfter(logEnd, now);
        return this;
    }

    Optional<IsrProposal> proposal() {
        return state.takeProposal(logStart, now);
    }

    LeaderScript answered(IsrProposal proposal, ProposalAnswer answer) {
        state.onAnswer(proposal, answer, now);
        return this;
    }
}
