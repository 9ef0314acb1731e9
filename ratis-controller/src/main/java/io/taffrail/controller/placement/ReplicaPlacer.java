// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.placement;

import static io.taffrail.model.Invariants.check;

import io.taffrail.model.cluster.BrokerEntry;
import io.taffrail.model.cluster.MetadataImage;
import io.taffrail.model.cluster.PartitionEntry;
import io.taffrail.model.cluster.ReplicaEntry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * Places the replicas of new partitions, one partition after the other: first on racks that do not
 * have the partition yet, then on the brokers with the fewest replicas. Of those, the one that is
 * first in the fewest assignments comes first, since it will lead; the others are those that are
 * first in the most, which leaves those with few for the next partitions. Counts what it has
 * placed. For one thread, and one decision.
 */
public final class ReplicaPlacer {
    private final NavigableMap<Integer, BrokerLoad> brokers = new TreeMap<>();
    private final List<BrokerLoad> takers;

    /** Starts from what the brokers carry. */
    public ReplicaPlacer(MetadataImage image) {
        for (BrokerEntry broker : image.brokers()) {
            brokers.put(broker.brokerId(), new BrokerLoad(broker));
        }
        image.forEachPartition(this::count);
        takers = brokers.values().stream().filter(BrokerLoad::takesReplicas).toList();
    }

    private void count(PartitionEntry partition) {
        List<ReplicaEntry> replicas = partition.replicas();
        for (ReplicaEntry replica : replicas) {
            BrokerLoad load = brokers.get(replica.brokerId());
            if (load != null) {
                load.add(replica.directoryId());
            }
        }
        BrokerLoad first = brokers.get(replicas.get(0).brokerId());
        if (first != null) {
            first.addPreferredLeader();
        }
    }

    /** Brokers that take new replicas: alive, staying, with room. */
    public int takers() {
        return takers.size();
    }

    /** Whether a replica may be put on a broker by hand: it is registered and has a directory. */
    public boolean canHold(int brokerId) {
        BrokerLoad load = brokers.get(brokerId);
        return load != null && load.hasDirectory();
    }

    /**
     * Places the next partition; the first place is the preferred leader's.
     *
     * @param replicationFactor 1 to {@link #takers}
     */
    public List<ReplicaPlace> place(int replicationFactor) {
        check(
                replicationFactor >= 1 && replicationFactor <= takers.size(),
                "%d replicas on %d brokers",
                replicationFactor,
                takers.size());
        List<BrokerLoad> chosen = new ArrayList<>();
        Map<String, Integer> chosenByRack = new HashMap<>(); // looked up only, never walked
        for (int i = 0; i < replicationFactor; i++) {
            BrokerLoad next = next(chosen, chosenByRack);
            chosen.add(next);
            chosenByRack.merge(next.rack(), 1, Integer::sum);
        }
        leaderFirst(chosen);
        return occupy(chosen);
    }

    /** Places one replica on a broker, which must be able to hold it. */
    public ReplicaPlace add(int brokerId) {
        BrokerLoad load = brokers.get(brokerId);
        ReplicaPlace place = new ReplicaPlace(brokerId, load.nextDirectory());
        load.add(place.directoryId());
        return place;
    }

    /**
     * Which broker takes a replica over from one that leaves; empty: no other takes replicas.
     *
     * @param present brokers that have the partition, the leaving one among them
     */
    public OptionalInt successor(Collection<Integer> present, int leaving) {
        Map<String, Integer> staying = new HashMap<>(); // looked up only, never walked
        for (int brokerId : present) {
            BrokerLoad load = brokers.get(brokerId);
            if (load != null && brokerId != leaving) {
                staying.merge(load.rack(), 1, Integer::sum);
            }
        }
        return takers.stream() // by id: the lowest among equals
                .filter(load -> !present.contains(load.brokerId()))
                .min(
                        Comparator.comparingInt(
                                        (BrokerLoad load) -> staying.getOrDefault(load.rack(), 0))
                                .thenComparingInt(BrokerLoad::replicas))
                .map(load -> OptionalInt.of(load.brokerId()))
                .orElse(OptionalInt.empty());
    }

    /** Takes the brokers as given, in order; each must be able to hold a replica. */
    public List<ReplicaPlace> placeOn(List<Integer> brokerIds) {
        return occupy(brokerIds.stream().map(brokers::get).toList());
    }

    private BrokerLoad next(List<BrokerLoad> chosen, Map<String, Integer> chosenByRack) {
        int sign = chosen.isEmpty() ? 1 : -1;
        Comparator<BrokerLoad> order =
                Comparator.comparingInt(
                                (BrokerLoad load) -> chosenByRack.getOrDefault(load.rack(), 0))
                        .thenComparingInt(BrokerLoad::replicas)
                        .thenComparingInt(load -> sign * load.preferredLeaders());
        return takers.stream() // by id: the lowest among equals
                .filter(load -> !chosen.contains(load))
                .min(order)
                .orElseThrow();
    }

    private static void leaderFirst(List<BrokerLoad> chosen) {
        BrokerLoad leader =
                chosen.stream()
                        .min(Comparator.comparingInt(BrokerLoad::preferredLeaders))
                        .orElseThrow();
        chosen.remove(leader);
        chosen.add(0, leader);
    }

    private List<ReplicaPlace> occupy(List<BrokerLoad> chosen) {
        List<ReplicaPlace> places = new ArrayList<>();
        for (BrokerLoad load : chosen) {
            places.add(add(load.brokerId()));
        }
        chosen.get(0).addPreferredLeader();
        return places;
    }
}
