// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taffrail.model.BrokenInvariantException;
import io.taffrail.model.TopicId;
import io.taffrail.model.cluster.DirectoryId;
import io.taffrail.model.cluster.PartitionEntry;
import io.taffrail.model.cluster.ReplicaEntry;
import io.taffrail.model.cluster.ReplicaFault;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class LeaderStateTest {
    private static final TopicId TOPIC = new TopicId(1, 2);

    @Test
    void commitsWhatTheWholeIsrHas() {
        LeaderState leader = new LeaderState(1, partition(0, List.of(1, 2), 2), 10, 10);
        assertThat(leader.onAcknowledged(1, 20)).isFalse();
        assertThat(leader.highWatermark()).isEqualTo(10);
        assertThat(leader.onAcknowledged(2, 15)).isTrue();
        assertThat(leader.highWatermark()).isEqualTo(15);
    }

    @Test
    void standsStillBelowTheMinIsr() {
        LeaderState leader = new LeaderState(1, partition(0, List.of(1), 2), 10, 10);
        assertThat(leader.onAcknowledged(1, 20)).isFalse();
        assertThat(leader.hasEnoughReplicas()).isFalse();
        assertThat(leader.onPartitionChanged(partition(1, List.of(1, 3), 2))).isFalse();
        assertThat(leader.onAcknowledged(3, 12)).isTrue();
        assertThat(leader.highWatermark()).isEqualTo(12);
    }

    @Test
    void tellsNoHighWatermarkBeforeItsEpochBegan() {
        LeaderState leader = new LeaderState(1, partition(0, List.of(1), 1), 10, 4);
        assertThat(leader.reportedHighWatermark()).isEmpty();
        assertThat(leader.onAcknowledged(1, 9)).isTrue();
        assertThat(leader.reportedHighWatermark()).isEmpty();
        leader.onAcknowledged(1, 10);
        assertThat(leader.reportedHighWatermark()).isEqualTo(OptionalLong.of(10));
    }

    @Test
    void takesNoOlderStateAndNoOtherEpoch() {
        LeaderState leader = new LeaderState(1, partition(5, List.of(1), 1), 0, 0);
        assertThat(leader.onPartitionChanged(partition(4, List.of(1, 2), 2))).isFalse();
        assertThat(leader.inSync()).isEqualTo(1);
        PartitionEntry next = entry(6, 8, List.of(1), 1);
        assertThatThrownBy(() -> leader.onPartitionChanged(next))
                .isInstanceOf(BrokenInvariantException.class);
    }

    /** The same answers as a twin that recomputes everything from the history. */
    @Property(tries = 300)
    void agreesWithASlowTwin(@ForAll long seed) {
        Random random = new Random(seed);
        List<Integer> isr = List.of(1, 2, 3);
        int minIsr = 1 + random.nextInt(3);
        long partitionEpoch = 0;
        LeaderState leader = new LeaderState(1, partition(0, isr, minIsr), 0, 0);
        Map<Integer, Long> ends = new HashMap<>();
        long expected = 0;
        for (int step = 0; step < 60; step++) {
            if (random.nextInt(5) == 0) {
                isr =
                        List.of(List.of(1), List.of(1, 2), List.of(1, 3), List.of(1, 2, 3))
                                .get(random.nextInt(4));
                minIsr = 1 + random.nextInt(3);
                leader.onPartitionChanged(partition(++partitionEpoch, isr, minIsr));
            } else {
                int broker = 1 + random.nextInt(3);
                long end = ends.merge(broker, (long) random.nextInt(10), Long::sum);
                leader.onAcknowledged(broker, end);
            }
            long lowest =
                    isr.stream().mapToLong(each -> ends.getOrDefault(each, 0L)).min().orElseThrow();
            if (isr.size() >= minIsr && lowest > expected) {
                expected = lowest;
            }
            assertThat(leader.highWatermark())
                    .as("seed %d, step %d", seed, step)
                    .isEqualTo(expected);
        }
    }

    private static PartitionEntry partition(long partitionEpoch, List<Integer> isr, int minIsr) {
        return entry(partitionEpoch, 7, isr, minIsr);
    }

    private static PartitionEntry entry(
            long partitionEpoch, int leaderEpoch, List<Integer> isr, int minIsr) {
        return new PartitionEntry(
                TOPIC,
                0,
                List.of(replica(1), replica(2), replica(3)),
                OptionalInt.of(1),
                leaderEpoch,
                partitionEpoch,
                isr,
                List.of(),
                List.of(),
                minIsr,
                false,
                List.of(),
                List.of());
    }

    private static ReplicaEntry replica(int broker) {
        return new ReplicaEntry(
                broker, new DirectoryId(new UUID(0, broker)), true, ReplicaFault.NONE, 1);
    }
}
