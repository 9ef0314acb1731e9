// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cluster;

import io.taffrail.workload.Anomaly;
import io.taffrail.workload.Anomaly.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Compares what the replicas of one partition have stored: below the high watermark all the same,
 * and above it nothing different below an entry that two have in common (I2).
 */
final class ReplicaComparison {
    private final int partition;
    private final long highWatermark;
    private final List<Anomaly> anomalies = new ArrayList<>();

    private ReplicaComparison(int partition, long highWatermark) {
        this.partition = partition;
        this.highWatermark = highWatermark;
    }

    /** All that is wrong; empty: nothing. */
    static List<Anomaly> compare(int partition, long highWatermark, List<ReplicaLog> replicas) {
        ReplicaComparison comparison = new ReplicaComparison(partition, highWatermark);
        replicas.forEach(comparison::checkAlone);
        for (int i = 1; i < replicas.size(); i++) {
            for (ReplicaLog other : replicas.subList(0, i)) {
                comparison.compare(other, replicas.get(i));
            }
        }
        return comparison.anomalies;
    }

    private void checkAlone(ReplicaLog replica) {
        replica.damage().forEach(damage -> found(replica.node() + " has " + damage));
        if (replica.endOffset() < highWatermark) {
            found(
                    "%d ends at %d, below the high watermark %d"
                            .formatted(replica.node(), replica.endOffset(), highWatermark));
        }
    }

    private void compare(ReplicaLog one, ReplicaLog other) {
        int apart = commonLength(one.entries(), other.entries());
        if (apart == one.entries().size() || apart == other.entries().size()) {
            return; // one is only behind
        }
        StoredEntry here = one.entries().get(apart);
        StoredEntry there = other.entries().get(apart);
        boolean committed = Math.min(here.baseOffset(), there.baseOffset()) < highWatermark;
        if (committed || haveOneInCommon(one, other, apart)) {
            found("%d has %s where %d has %s".formatted(one.node(), here, other.node(), there));
        }
    }

    private static int commonLength(List<StoredEntry> one, List<StoredEntry> other) {
        int length = 0;
        while (length < one.size()
                && length < other.size()
                && one.get(length).equals(other.get(length))) {
            length++;
        }
        return length;
    }

    /** Whether both hold an entry of one offset and epoch from there on. */
    private static boolean haveOneInCommon(ReplicaLog one, ReplicaLog other, int from) {
        Map<Long, Integer> epochs = new HashMap<>();
        tail(one, from).forEach(entry -> epochs.put(entry.baseOffset(), entry.leaderEpoch()));
        return tail(other, from).stream()
                .anyMatch(
                        entry ->
                                epochs.getOrDefault(entry.baseOffset(), -1) == entry.leaderEpoch());
    }

    private static List<StoredEntry> tail(ReplicaLog replica, int from) {
        return replica.entries().subList(from, replica.entries().size());
    }

    private void found(String text) {
        anomalies.add(new Anomaly(Kind.DIVERGING_REPLICAS, partition, text));
    }
}
