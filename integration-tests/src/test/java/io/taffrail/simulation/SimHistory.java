// SPDX-License-Identifier: Apache-2.0
package io.taffrail.simulation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntToLongFunction;

/** What clients sent, were told, and read. Says at once what can never be right. */
public final class SimHistory {
    /** A place in a topic. */
    public record Place(int partition, long offset) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            return partition != other.partition
                    ? Integer.compare(partition, other.partition)
                    : Long.compare(offset, other.offset);
        }
    }

    private final IntToLongFunction committedEnd;
    private final Map<String, Integer> sent = new LinkedHashMap<>(); // record → partition
    private final Map<Place, String> seen = new TreeMap<>(); // acknowledged or read
    private final Map<String, Place> places = new LinkedHashMap<>(); // of what was seen
    private final Map<String, Place> acknowledged = new LinkedHashMap<>();
    private final Map<Place, String> read = new TreeMap<>();
    private final Map<Integer, Long> deleting = new TreeMap<>(); // below it there may be nothing
    private final Map<Integer, Long> deleted = new TreeMap<>(); // below it there is nothing
    private final List<String> anomalies = new ArrayList<>();

    /**
     * @param committedEnd of a partition, exclusive: what any leader has counted as committed
     */
    SimHistory(IntToLongFunction committedEnd) {
        this.committedEnd = committedEnd;
    }

    void sent(String record, int partition) {
        sent.putIfAbsent(record, partition);
    }

    void acknowledged(String record, int partition, long offset) {
        Place place = new Place(partition, offset);
        acknowledged.put(record, place);
        seen("acknowledged", record, place);
    }

    void read(String record, int partition, long offset) {
        Place place = new Place(partition, offset);
        read.put(place, record);
        seen("read", record, place);
    }

    private void seen(String how, String record, Place place) {
        if (place.offset() >= committedEnd.applyAsLong(place.partition())) {
            anomalies.add(
                    "I4: %s was %s at %s, which no leader has committed"
                            .formatted(record, how, place));
        }
        Integer partition = sent.get(record);
        if (partition == null || partition != place.partition()) {
            anomalies.add("phantom: %s was %s at %s".formatted(record, how, place));
        }
        String other = seen.putIfAbsent(place, record);
        if (other != null && !other.equals(record)) {
            anomalies.add(
                    "two records at %s: %s, and %s was %s".formatted(place, other, record, how));
        }
        Place elsewhere = places.putIfAbsent(record, place);
        if (elsewhere != null && !elsewhere.equals(place)) {
            anomalies.add(
                    "doubled: %s is at %s, and was %s at %s"
                            .formatted(record, elsewhere, how, place));
        }
    }

    void anomaly(String what) {
        anomalies.add(what);
    }

    /** Somebody asks for the deletion of all before an offset. */
    void deleting(int partition, long beforeOffset) {
        deleting.merge(partition, beforeOffset, Math::max);
    }

    /** That was answered: nobody reads any of it from now on, whoever leads (P16). */
    void deleted(int partition, long logStartOffset) {
        deleted.merge(partition, logStartOffset, Math::max);
    }

    /** A partition may begin there, or before. */
    long mayBeginAt(int partition) {
        return deleting.getOrDefault(partition, 0L);
    }

    /** A partition begins there, or after. */
    long beginsAt(int partition) {
        return deleted.getOrDefault(partition, 0L);
    }

    /** Acknowledged records that are not among what was read at the end, and not deleted. */
    List<String> lost() {
        return acknowledged.entrySet().stream()
                .filter(each -> !mayBeDeleted(each.getValue()))
                .filter(each -> !each.getKey().equals(read.get(each.getValue())))
                .map(each -> "lost: " + each.getKey() + " at " + each.getValue())
                .toList();
    }

    private boolean mayBeDeleted(Place place) {
        return place.offset() < mayBeginAt(place.partition());
    }

    /** What was read until now does not count. */
    void forgetReads() {
        read.clear();
    }

    /** What may not be, in any history. */
    public List<String> anomalies() {
        return anomalies;
    }

    /** Exclusive end of what was acknowledged in a partition. */
    long acknowledgedEnd(int partition) {
        return acknowledged.values().stream()
                .filter(place -> place.partition() == partition)
                .mapToLong(place -> place.offset() + 1)
                .max()
                .orElse(0);
    }

    public int acknowledgedCount() {
        return acknowledged.size();
    }

    /** Acknowledged records and where they must be. */
    public Map<String, Place> acknowledged() {
        return acknowledged;
    }
}
