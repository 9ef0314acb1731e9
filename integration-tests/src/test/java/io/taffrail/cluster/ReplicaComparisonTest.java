// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.workload.Anomaly;
import io.taffrail.workload.Anomaly.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplicaComparisonTest {
    private static final StoredEntry FIRST = entry(0, 5, 1, 11);
    private static final StoredEntry SECOND = entry(5, 8, 1, 12);
    private static final StoredEntry THIRD = entry(8, 9, 2, 13);

    @Test
    void findsNothingInEqualReplicas() {
        assertThat(compare(9, replica(0, FIRST, SECOND, THIRD), replica(1, FIRST, SECOND, THIRD)))
                .isEmpty();
    }

    @Test
    void allowsAReplicaToBeBehindAboveTheHighWatermark() {
        assertThat(compare(5, replica(0, FIRST, SECOND, THIRD), replica(1, FIRST))).isEmpty();
        assertThat(compare(5, replica(0, FIRST), replica(1, FIRST, SECOND, THIRD))).isEmpty();
    }

    @Test
    void allowsAnUncommittedTailThatNobodyElseHas() {
        assertThat(compare(5, replica(0, FIRST, SECOND), replica(1, FIRST, entry(5, 6, 2, 99))))
                .isEmpty();
    }

    @Test
    void convictsAReplicaThatEndsBelowTheHighWatermark() {
        assertThat(compare(8, replica(0, FIRST, SECOND), replica(1, FIRST)))
                .containsExactly(Kind.DIVERGING_REPLICAS);
    }

    @Test
    void convictsOtherBytesBelowTheHighWatermark() {
        assertThat(
                        compare(
                                9,
                                replica(0, FIRST, SECOND, THIRD),
                                replica(1, FIRST, entry(5, 8, 1, 99), THIRD)))
                .containsExactly(Kind.DIVERGING_REPLICAS);
    }

    @Test
    void convictsAnotherEpochBelowTheHighWatermark() {
        assertThat(compare(8, replica(0, FIRST, SECOND), replica(1, FIRST, entry(5, 8, 2, 12))))
                .containsExactly(Kind.DIVERGING_REPLICAS);
    }

    @Test
    void convictsAGapBelowTheHighWatermark() {
        assertThat(compare(9, replica(0, FIRST, SECOND, THIRD), replica(1, FIRST, THIRD)))
                .contains(Kind.DIVERGING_REPLICAS);
        assertThat(compare(9, replica(0, FIRST, THIRD), replica(1, FIRST, SECOND, THIRD)))
                .contains(Kind.DIVERGING_REPLICAS);
    }

    @Test
    void convictsADifferenceBelowACommonEntryEvenWhereNothingIsCommitted() {
        assertThat(
                        compare(
                                0,
                                replica(0, FIRST, SECOND, THIRD),
                                replica(1, FIRST, entry(5, 8, 1, 99), THIRD)))
                .containsExactly(Kind.DIVERGING_REPLICAS);
    }

    @Test
    void convictsOtherBytesUnderOneOffsetAndEpochEvenWhereNothingIsCommitted() {
        assertThat(compare(0, replica(0, FIRST, SECOND), replica(1, FIRST, entry(5, 8, 1, 99))))
                .containsExactly(Kind.DIVERGING_REPLICAS);
    }

    @Test
    void convictsDamage() {
        ReplicaLog damaged = new ReplicaLog(1, List.of(FIRST), List.of("a flipped bit"));
        assertThat(compare(5, replica(0, FIRST), damaged)).containsExactly(Kind.DIVERGING_REPLICAS);
    }

    private static List<Kind> compare(long highWatermark, ReplicaLog... replicas) {
        return ReplicaComparison.compare(0, highWatermark, List.of(replicas)).stream()
                .map(Anomaly::kind)
                .toList();
    }

    private static ReplicaLog replica(int node, StoredEntry... entries) {
        return new ReplicaLog(node, List.of(entries), List.of());
    }

    private static StoredEntry entry(long from, long to, int epoch, long crc32c) {
        return new StoredEntry(from, to, epoch, 100, crc32c);
    }
}
