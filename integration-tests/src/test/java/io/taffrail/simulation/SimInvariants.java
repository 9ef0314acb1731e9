// SPDX-License-Identifier: Apache-2.0
package io.taffrail.simulation;

import io.taffrail.broker.partition.FollowerState;
import io.taffrail.broker.partition.LeaderState;
import io.taffrail.broker.partition.LeadershipStart;
import io.taffrail.broker.partition.ReplicaRules;
import io.taffrail.logstore.LogReadResult;
import io.taffrail.logstore.LogSlice;
import io.taffrail.logstore.PartitionLog;
import io.taffrail.model.TopicId;
import io.taffrail.model.cluster.MetadataImage;
import io.taffrail.model.cluster.PartitionEntry;
import io.taffrail.simulation.raft.Decisions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What must hold at every moment, seen from outside of all nodes: one leader to an epoch (I1, P1),
 * a high watermark that all who may be elected have reached and that stands still below the min ISR
 * (I3, I5), equal logs (I2). The first violation is told; what follows from it is not.
 */
final class SimInvariants {
    private static final int READ_BYTES = 1 << 20;
    private static final int STORED_EVERY = 5; // looks: it takes as long as everything else

    private record EpochKey(TopicId topicId, int partition, int leaderEpoch) {
        static EpochKey of(PartitionEntry entry) {
            return new EpochKey(entry.topicId(), entry.partition(), entry.leaderEpoch());
        }

        boolean isOf(TopicId topic, int number) {
            return topicId.equals(topic) && partition == number;
        }
    }

    /** One leadership, as it was when it was last looked at. */
    private static final class Leadership {
        private final SimBroker broker;
        private final int life;
        private final LeaderState state;
        private long highWatermark;
        private long partitionEpoch = -1;

        Leadership(SimBroker broker, LeaderState state) {
            this.broker = broker;
            this.life = broker.lives();
            this.state = state;
            this.highWatermark = state.highWatermark();
        }

        boolean isAlive() {
            return broker.isUp() && broker.lives() == life;
        }

        @Override
        public String toString() {
            return broker + "#" + life;
        }
    }

    private final SimWorld world;
    private final Map<EpochKey, Leadership> leaderships = new HashMap<>();
    private final StoredDataInvariants stored = new StoredDataInvariants(this::violated);
    private int looks;
    private boolean violated;

    SimInvariants(SimWorld world) {
        this.world = world;
    }

    private void violated(String what) {
        if (!violated) {
            violated = true;
            world.failed("invariant", new AssertionError(what));
        }
    }

    /** The same decisions, which are looked at from now on. */
    Decisions observed(Decisions decisions) {
        return new ControlInvariants(this::violated).observed(decisions);
    }

    /** The same rules, whose leaders are looked at from now on. */
    ReplicaRules observed(ReplicaRules rules, SimBroker broker) {
        return new ReplicaRules() {
            @Override
            public LeaderState leader(LeadershipStart start) {
                LeaderState state = rules.leader(start);
                begun(EpochKey.of(start.partition()), new Leadership(broker, state));
                return state;
            }

            @Override
            public FollowerState follower(int brokerId, int leaderEpoch) {
                return rules.follower(brokerId, leaderEpoch);
            }
        };
    }

    private void begun(EpochKey key, Leadership leadership) {
        Leadership before = leaderships.put(key, leadership);
        if (before != null
                && (before.broker != leadership.broker || before.life != leadership.life)) {
            violated("I1, P1: %s led in %s, and so does %s".formatted(before, key, leadership));
        }
    }

    /** Exclusive end of what any leader has ever counted as committed. */
    long committedEnd(TopicId topicId, int partition) {
        long end = 0;
        for (Map.Entry<EpochKey, Leadership> each : leaderships.entrySet()) {
            if (each.getKey().isOf(topicId, partition)) {
                end = Math.max(end, each.getValue().state.highWatermark());
            }
        }
        return end;
    }

    /** Whether the newest leader, too, has that replica in its ISR. */
    boolean isInSync(PartitionEntry entry, int brokerId) {
        return leaderships.entrySet().stream()
                .filter(each -> each.getKey().isOf(entry.topicId(), entry.partition()))
                .max(Comparator.comparingInt(each -> each.getKey().leaderEpoch()))
                .filter(each -> each.getValue().state.partition().isr().contains(brokerId))
                .isPresent();
    }

    /** Looks at everything, as the controllers have it now. */
    void check(MetadataImage image, List<SimBroker> brokers) {
        if (!violated) {
            image.forEachPartition(entry -> check(entry, brokers));
            if (looks++ % STORED_EVERY == 0) {
                image.forEachPartition(entry -> stored.check(entry, brokers));
            }
        }
    }

    private void check(PartitionEntry entry, List<SimBroker> brokers) {
        Leadership leadership = leaderships.get(EpochKey.of(entry));
        if (leadership == null || !leadership.isAlive()) {
            return;
        }
        long before = leadership.highWatermark;
        long now = leadership.state.highWatermark();
        leadership.highWatermark = now;
        if (now < before) {
            violated("I3: the high watermark fell from %d to %d".formatted(before, now));
        }
        checkMinimum(leadership, now > before);
        Set<Integer> mayLead = new LinkedHashSet<>(entry.isr());
        mayLead.addAll(entry.elr());
        for (int id : mayLead) {
            logOf(entry, brokers.get(id))
                    .filter(log -> log.durableEndOffset() < now)
                    .ifPresent(
                            log ->
                                    violated(
                                            "I3, I5: %s counts %d as committed, and broker %d has %d: %s"
                                                    .formatted(
                                                            leadership,
                                                            now,
                                                            id,
                                                            log.durableEndOffset(),
                                                            entry)));
        }
    }

    private void checkMinimum(Leadership leadership, boolean moved) {
        PartitionEntry known = leadership.state.partition();
        boolean sameState = known.partitionEpoch() == leadership.partitionEpoch;
        leadership.partitionEpoch = known.partitionEpoch();
        if (moved && sameState && known.isr().size() < known.effectiveMinIsr()) {
            violated("I3: the high watermark of %s moved below the min ISR".formatted(leadership));
        }
    }

    private static Optional<PartitionLog> logOf(PartitionEntry entry, SimBroker broker) {
        return broker.log(entry);
    }

    /**
     * Once everything has settled: what is committed is the same everywhere, byte for byte (I2),
     * and nothing of it is there twice (I9).
     *
     * @param which partitions; of one that is compacted each replica has its own
     */
    void checkLogs(MetadataImage image, Predicate<PartitionEntry> which, List<SimBroker> brokers) {
        image.forEachPartition(
                entry -> {
                    if (which.test(entry)) {
                        checkLogs(entry, brokers);
                    }
                });
    }

    private void checkLogs(PartitionEntry entry, List<SimBroker> brokers) {
        List<PartitionLog> logs =
                entry.replicas().stream()
                        .flatMap(replica -> brokers.get(replica.brokerId()).log(entry).stream())
                        .toList();
        long from = logs.stream().mapToLong(PartitionLog::logStartOffset).max().orElse(0);
        byte[] first = null;
        for (PartitionLog log : logs) {
            byte[] bytes = committed(entry, log, from, brokers);
            if (first != null && !Arrays.equals(first, bytes)) {
                violated("I2: the logs of %s differ".formatted(entry));
            }
            first = bytes;
            stored.checkBatches(entry, ByteBuffer.wrap(bytes));
        }
    }

    private static byte[] committed(
            PartitionEntry entry, PartitionLog log, long from, List<SimBroker> brokers) {
        long end =
                logOf(entry, brokers.get(entry.leader().orElseThrow()))
                        .orElseThrow()
                        .highWatermark();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            long offset = from;
            while (offset < end) {
                LogReadResult read = log.read(offset, end, READ_BYTES);
                if (!(read instanceof LogSlice slice) || slice.nextOffset() <= offset) {
                    bytes.writeBytes(new byte[] {-1}); // less than the others have
                    break;
                }
                try (slice) {
                    bytes.write(slice.copy().array());
                    offset = slice.nextOffset();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
