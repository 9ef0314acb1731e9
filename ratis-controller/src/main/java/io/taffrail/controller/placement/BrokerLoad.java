// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.placement;

import io.taffrail.model.cluster.BrokerEntry;
import io.taffrail.model.cluster.DirectoryId;
import java.util.Comparator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** What a broker carries, while replicas are placed. */
final class BrokerLoad {
    private final BrokerEntry broker;
    private final NavigableMap<DirectoryId, Integer> replicasByDirectory = new TreeMap<>();
    private int replicas;
    private int preferredLeaders;

    BrokerLoad(BrokerEntry broker) {
        this.broker = broker;
        for (BrokerEntry.Directory directory : broker.directories()) {
            if (!directory.offline()) {
                replicasByDirectory.put(directory.id(), 0);
            }
        }
    }

    int brokerId() {
        return broker.brokerId();
    }

    /** Brokers without a rack share one. */
    String rack() {
        return broker.rack().orElse("");
    }

    int replicas() {
        return replicas;
    }

    int preferredLeaders() {
        return preferredLeaders;
    }

    /** Whether a replica could be put there by hand. */
    boolean hasDirectory() {
        return !replicasByDirectory.isEmpty();
    }

    /** Whether new replicas are placed there (P10). */
    boolean takesReplicas() {
        return hasDirectory() && broker.active() && !broker.readOnly() && !broker.decommissioning();
    }

    void add(DirectoryId directory) {
        replicas++;
        replicasByDirectory.computeIfPresent(directory, (id, count) -> count + 1);
    }

    void addPreferredLeader() {
        preferredLeaders++;
    }

    /** The least loaded one, the lowest id among equals. */
    DirectoryId nextDirectory() {
        return replicasByDirectory.entrySet().stream()
                .min(Comparator.comparingInt(Map.Entry::getValue))
                .orElseThrow()
                .getKey();
    }
}
