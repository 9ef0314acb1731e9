// SPDX-License-Identifier: Apache-2.0
package io.taffrail.workload;

import io.taffrail.workload.Anomaly.Kind;
import io.taffrail.workload.History.Place;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/**
 * Judges one partition of a {@link History}: all that was acknowledged or read is in the log, once,
 * at its offset and in its producer's order, with nothing else; readers passed over nothing and
 * read nothing twice; and where all was healed, producers went on and readers came to the end.
 */
public final class HistoryChecker {
    private final int number;
    private final History.Partition partition;
    private final Set<String> readers;
    private final List<Anomaly> anomalies = new ArrayList<>();
    private final Map<String, Origin> origins = new HashMap<>();
    private final NavigableMap<Long, String> log = new TreeMap<>();
    private final Set<String> stored = new HashSet<>();

    /** Who sent a value, as the how-manieth. */
    private record Origin(String producer, int index) {}

    private HistoryChecker(int number, History.Partition partition, Set<String> readers) {
        this.number = number;
        this.partition = partition;
        this.readers = readers;
    }

    /** All that is wrong; empty: nothing. */
    public static List<Anomaly> check(History history) {
        List<Anomaly> all = new ArrayList<>();
        for (int number : history.partitions()) {
            HistoryChecker checker =
                    new HistoryChecker(number, history.partition(number), history.readers());
            checker.check();
            all.addAll(checker.anomalies);
        }
        return all;
    }

    private void check() {
        partition.sent().forEach(this::index);
        checkContents();
        partition.acknowledged().forEach(this::checkAcknowledged);
        partition.read().forEach(this::checkReader);
        if (partition.isHealed()) {
            partition.sent().forEach(this::checkProducerGoesOn);
            readers.forEach(this::checkReaderArrived);
        }
    }

    private void index(String producer, List<String> values) {
        for (int i = 0; i < values.size(); i++) {
            Origin before = origins.put(values.get(i), new Origin(producer, i));
            if (before != null) {
                throw new IllegalArgumentException(values.get(i) + " was sent twice");
            }
        }
    }

    private void checkContents() {
        Map<String, Integer> lastIndexes = new HashMap<>();
        long last = -1;
        for (Place place : partition.contents()) {
            if (place.offset() <= last) {
                found(Kind.NOT_MONOTONIC, "the log has " + place + " behind offset " + last);
            }
            last = Math.max(last, place.offset());
            String other = log.putIfAbsent(place.offset(), place.value());
            if (other != null && !other.equals(place.value())) {
                found(
                        Kind.INCONSISTENT_OFFSET,
                        "the log has " + place + ", and there " + other + " too");
            }
            if (!stored.add(place.value())) {
                found(Kind.DOUBLED, "the log has " + place + ", and that value before");
            } else {
                checkOrder(place, lastIndexes);
            }
        }
    }

    private void checkOrder(Place place, Map<String, Integer> lastIndexes) {
        Origin origin = origins.get(place.value());
        if (origin == null) {
            found(Kind.PHANTOM, "the log has " + place + ", which nobody sent");
            return;
        }
        Integer last = lastIndexes.get(origin.producer());
        if (last != null && origin.index() < last) {
            found(Kind.REORDERED, "the log has " + place + " behind what was sent after it");
        } else {
            lastIndexes.put(origin.producer(), origin.index());
        }
    }

    private void checkAcknowledged(String value, OptionalLong offset) {
        if (!stored.contains(value)) {
            found(Kind.LOST, value + " was acknowledged at " + offset);
        } else if (offset.isPresent() && !value.equals(log.get(offset.getAsLong()))) {
            String other = log.get(offset.getAsLong());
            found(
                    Kind.INCONSISTENT_OFFSET,
                    value + " was acknowledged where " + other + " is: " + offset);
        }
    }

    private void checkReader(String reader, List<Place> places) {
        long next = log.isEmpty() ? 0 : log.firstKey();
        for (Place place : places) {
            checkPlace(reader, place);
            if (place.offset() < next) {
                found(Kind.NOT_MONOTONIC, reader + " read " + place + ", and was at " + next);
                continue;
            }
            Long passed = log.ceilingKey(next);
            if (passed != null && passed < place.offset()) {
                found(Kind.SKIPPED, reader + " read " + place + ", and not " + passed);
            }
            next = place.offset() + 1;
        }
    }

    private void checkPlace(String reader, Place place) {
        String value = log.get(place.offset());
        if (!origins.containsKey(place.value())) {
            found(Kind.PHANTOM, reader + " read " + place + ", which nobody sent");
        } else if (value == null) {
            found(Kind.LOST, reader + " read " + place);
        } else if (!value.equals(place.value())) {
            found(Kind.INCONSISTENT_OFFSET, reader + " read " + place + ": the log has " + value);
        }
    }

    private void checkProducerGoesOn(String producer, List<String> values) {
        List<String> later = values.subList(partition.sentBeforeHealing(producer), values.size());
        if (later.stream().noneMatch(partition.acknowledged()::containsKey)) {
            found(Kind.STUCK, producer + " had " + later.size() + " values, and no answer");
        }
    }

    private void checkReaderArrived(String reader) {
        List<Place> places = partition.read().getOrDefault(reader, List.of());
        long at = places.isEmpty() ? -1 : places.get(places.size() - 1).offset();
        if (!log.isEmpty() && at < log.lastKey()) {
            found(Kind.STUCK, reader + " is at " + at + ", and the log goes to " + log.lastKey());
        }
    }

    private void found(Kind kind, String text) {
        anomalies.add(new Anomaly(kind, number, text));
    }
}
