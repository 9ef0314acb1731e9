// SPDX-License-Identifier: Apache-2.0
package io.taffrail.workload;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What clients did with one topic and what they saw, for {@link HistoryChecker}. Every value is
 * sent once. Any number of threads may write to it; those who read it do so when all have ended.
 */
public final class History {
    private final Map<Integer, Partition> partitions = new TreeMap<>();
    private final Set<String> readers = new TreeSet<>();

    /** A value and its offset. */
    public record Place(long offset, String value) {}

    /** One partition's part. */
    public static final class Partition {
        private final Map<String, List<String>> sent = new LinkedHashMap<>();
        private final Map<String, OptionalLong> acknowledged = new LinkedHashMap<>();
        private final Map<String, List<Place>> read = new LinkedHashMap<>();
        private final List<Place> contents = new ArrayList<>();
        private final Map<String, Integer> sentBeforeHealing = new HashMap<>();
        private boolean healed;

        private Partition() {}

        /** By producer, in the order of sending; acknowledged or not. */
        public Map<String, List<String>> sent() {
            return sent;
        }

        /** With the offset that was answered; empty: the broker no longer knew it. */
        public Map<String, OptionalLong> acknowledged() {
            return acknowledged;
        }

        /** By reader, in the order of reading. */
        public Map<String, List<Place>> read() {
            return read;
        }

        /** The whole log, read when all was over. */
        public List<Place> contents() {
            return contents;
        }

        /** Whether from some time on nothing hindered the cluster. */
        boolean isHealed() {
            return healed;
        }

        /** How many values a producer had sent at that time. */
        int sentBeforeHealing(String producer) {
            return sentBeforeHealing.getOrDefault(producer, 0);
        }

        private void heal() {
            healed = true;
            sent.forEach((producer, values) -> sentBeforeHealing.put(producer, values.size()));
        }
    }

    /** There is a reader of that name, whether it reads anything or not. */
    public synchronized void reading(String reader) {
        readers.add(reader);
    }

    /** From now on nothing hinders the cluster: producers go on, and readers come to the end. */
    public synchronized void healed() {
        partitions.values().forEach(Partition::heal);
    }

    /** To be called before it is sent. */
    public synchronized void sent(int partition, String producer, String value) {
        of(partition).sent.computeIfAbsent(producer, name -> new ArrayList<>()).add(value);
    }

    public synchronized void acknowledged(int partition, String value, OptionalLong offset) {
        of(partition).acknowledged.put(value, offset);
    }

    /** A reader begins where the log does, and goes on, over breaks too, where it was. */
    public synchronized void read(int partition, String reader, long offset, String value) {
        of(partition)
                .read
                .computeIfAbsent(reader, name -> new ArrayList<>())
                .add(new Place(offset, value));
    }

    /** What the log holds when all is over, in its order. */
    public synchronized void contains(int partition, long offset, String value) {
        of(partition).contents.add(new Place(offset, value));
    }

    private Partition of(int partition) {
        return partitions.computeIfAbsent(partition, number -> new Partition());
    }

    /** Those with anything in them. */
    public synchronized Set<Integer> partitions() {
        return Set.copyOf(partitions.keySet());
    }

    /** Those that were to read everything. */
    synchronized Set<String> readers() {
        return Set.copyOf(readers);
    }

    public synchronized Partition partition(int partition) {
        return of(partition);
    }

    /** How many values were acknowledged, in all partitions. */
    public synchronized long acknowledgedCount() {
        return partitions.values().stream().mapToLong(each -> each.acknowledged.size()).sum();
    }

    /** How many values a reader has seen, in all partitions. */
    public synchronized long readCount(String reader) {
        return partitions.values().stream()
                .mapToLong(each -> each.read.getOrDefault(reader, List.of()).size())
                .sum();
    }
}
