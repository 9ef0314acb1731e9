// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.placement;

import io.taffrail.model.cluster.BrokerEntry;
import io.taffrail.model.cluster.MetadataImage;
import io.taffrail.model.cluster.PartitionEntry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/** A plan while it is made: who would have what. For one thread. */
final class Balance {
    /** A broker that takes replicas, and may give some away. */
    static final class Broker {
        private final BrokerEntry entry;
        private final List<Slot> slots = new ArrayList<>();
        private int replicas;
        private int leaders;

        Broker(BrokerEntry entry) {
            this.entry = entry;
        }

        int brokerId() {
            return entry.brokerId();
        }

        /** Brokers without a rack share one. */
        String rack() {
            return entry.rack().orElse("");
        }

        int replicas() {
            return replicas;
        }

        /** Assignments in which it is first. */
        int leaders() {
            return leaders;
        }

        /** Partitions on it that may be changed. */
        List<Slot> slots() {
            return slots;
        }
    }

    /** A partition that may be changed. */
    static final class Slot {
        private final PartitionEntry partition;
        private final List<Integer> brokerIds;
        private boolean changed;

        Slot(PartitionEntry partition) {
            this.partition = partition;
            this.brokerIds = new ArrayList<>(partition.target());
        }

        List<Integer> brokerIds() {
            return brokerIds;
        }
    }

    private final MetadataImage image;
    private final NavigableMap<Integer, Broker> brokers = new TreeMap<>();
    private final List<Slot> slots = new ArrayList<>();
    private int mayStillChange;
    private int movedReplicas;

    Balance(MetadataImage image, Predicate<PartitionEntry> mayChange, int atMost) {
        this.image = image;
        this.mayStillChange = atMost;
        for (BrokerEntry broker : image.brokers()) {
            if (new BrokerLoad(broker).takesReplicas()) {
                brokers.put(broker.brokerId(), new Broker(broker));
            }
        }
        image.forEachPartition(partition -> count(partition, mayChange.test(partition)));
    }

    private void count(PartitionEntry partition, boolean mayChange) {
        Slot slot = new Slot(partition);
        if (mayChange) {
            slots.add(slot);
        }
        for (int brokerId : slot.brokerIds) {
            broker(brokerId)
                    .ifPresent(
                            broker -> {
                                broker.replicas++;
                                if (mayChange) {
                                    broker.slots.add(slot);
                                }
                            });
        }
        broker(slot.brokerIds.get(0)).ifPresent(first -> first.leaders++);
    }

    /** Those that take replicas, by id. */
    Collection<Broker> brokers() {
        return brokers.values();
    }

    /** If it takes replicas. */
    Optional<Broker> broker(int brokerId) {
        return Optional.ofNullable(brokers.get(brokerId));
    }

    /** Those that may be changed, by topic name and partition. */
    List<Slot> slots() {
        return slots;
    }

    /** Whether a partition may be changed that was not yet. */
    boolean mayChangeMore() {
        return mayStillChange > 0;
    }

    boolean mayChange(Slot slot) {
        return slot.changed || mayStillChange > 0;
    }

    private void changed(Slot slot) {
        if (!slot.changed) {
            slot.changed = true;
            mayStillChange--;
        }
    }

    /** Whether a partition stands on as many racks as before if it moves so. */
    boolean keepsRacks(Slot slot, Broker from, Broker to) {
        Set<String> before = new HashSet<>(); // counted only, never walked
        Set<String> after = new HashSet<>();
        for (int brokerId : slot.brokerIds) {
            String rack = image.broker(brokerId).flatMap(BrokerEntry::rack).orElse("");
            before.add(rack);
            if (brokerId != from.brokerId()) {
                after.add(rack);
            }
        }
        after.add(to.rack());
        return after.size() >= before.size();
    }

    /** One replica goes from one broker to another. */
    void move(Slot slot, Broker from, Broker to) {
        changed(slot);
        if (slot.brokerIds.get(0) == from.brokerId()) {
            from.leaders--;
            to.leaders++;
        }
        slot.brokerIds.set(slot.brokerIds.indexOf(from.brokerId()), to.brokerId());
        from.replicas--;
        to.replicas++;
        from.slots.remove(slot);
        to.slots.add(slot);
        movedReplicas++;
    }

    /** The first of a partition and another one of its brokers change places. */
    void lead(Slot slot, Broker next) {
        changed(slot);
        int first = slot.brokerIds.get(0);
        slot.brokerIds.set(slot.brokerIds.indexOf(next.brokerId()), first);
        slot.brokerIds.set(0, next.brokerId());
        broker(first).ifPresent(before -> before.leaders--);
        next.leaders++;
    }

    BalancePlan plan() {
        List<BalancePlan.Assignment> assignments =
                slots.stream()
                        .filter(slot -> slot.changed)
                        .map(
                                slot ->
                                        new BalancePlan.Assignment(
                                                slot.partition.topicId(),
                                                slot.partition.partition(),
                                                slot.brokerIds))
                        .toList();
        return new BalancePlan(assignments, movedReplicas);
    }
}
