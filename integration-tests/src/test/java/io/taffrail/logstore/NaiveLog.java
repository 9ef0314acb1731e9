// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore;

import static io.taffrail.logstore.SampleBatches.PARTITION;

import io.taffrail.logstore.AppendResult.Appended;
import io.taffrail.logstore.AppendResult.Duplicate;
import io.taffrail.logstore.producer.ProducerStates;
import io.taffrail.logstore.producer.SequenceCheck;
import io.taffrail.logstore.segment.TimestampType;
import io.taffrail.model.LogError;
import io.taffrail.model.OffsetAndEpoch;
import io.taffrail.model.batch.ProducedBatch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/** A log as a list of entries: the slow and obvious twin of {@link PartitionLog}. */
final class NaiveLog {
    /** All that was stored and not cut, as it was stored. */
    private final List<Entry> originals = new ArrayList<>();

    /** What of it is left: compaction replaces entries, and takes some out. */
    final List<Entry> present = new ArrayList<>();

    /** Producers as of {@link #producersFrom}; entries from there on add to them. */
    private Map<Long, Producers.State> producersBefore = new TreeMap<>();

    private long producersFrom;

    /** Every batch of a producer that was ever stored here, or that this log was told of. */
    private final Set<Numbered> numbered = new HashSet<>();

    private record Numbered(long producerId, int epoch, Producers.Batch batch) {}

    private final List<Roll> rolls = new ArrayList<>();

    long start;
    long end;
    long highWatermark;

    /** Known to be durable: what was waited for. */
    long durableEnd;

    /**
     * The log was cut, out of ISR and ELR, below what compaction went through: who begins anew from
     * it is told the truth of the producers, though maybe not all of it.
     */
    boolean cutBelowCompacted;

    /** A segment was begun at an offset: producers that were silent for too long were forgotten. */
    private record Roll(long offset, long nowMs) {}

    /** A rejection, without the words. */
    record Refused(LogError error, Map<String, String> metadata) {}

    // Appending

    /**
     * What an append should answer, each an {@link AppendResult} or a {@link Refused}; takes what
     * is to be stored.
     *
     * @param faults of batches that break a rule, by their places
     * @param latestEpoch the newest epoch of the log
     */
    List<Object> append(
            List<ProducedBatch> batches,
            Map<Integer, LogError> faults,
            int epoch,
            int latestEpoch,
            OptionalLong expectedBaseOffset,
            long nowMs) {
        if (epoch < latestEpoch) {
            return List.of(
                    new Refused(LogError.STALE_EPOCH, Map.of("current_epoch", "" + latestEpoch)));
        }
        List<Object> results = new ArrayList<>();
        Map<Long, Producers.State> states = producers();
        boolean compare = expectedBaseOffset.isPresent();
        for (int i = 0; i < batches.size(); i++) {
            ProducedBatch batch = batches.get(i);
            if (faults.containsKey(i)) {
                results.add(new Refused(faults.get(i), Map.of()));
                return results;
            }
            Optional<Object> instead = judge(states, batch);
            if (instead.isPresent()) {
                results.add(instead.get());
                if (instead.get() instanceof Refused) {
                    return results;
                }
                continue;
            }
            if (compare && expectedBaseOffset.getAsLong() != end) {
                results.add(
                        new Refused(LogError.OFFSET_MISMATCH, Map.of("log_end_offset", "" + end)));
                return results;
            }
            compare = false;
            Entry entry = Entry.stored(PARTITION, batch, end, epoch, nowMs);
            store(entry);
            Producers.store(states, entry);
            results.add(new Appended(entry.baseOffset(), entry.lastOffset(), nowMs));
        }
        return results;
    }

    /** What is to be answered instead of storing a batch; empty if it is to be stored. */
    private static Optional<Object> judge(Map<Long, Producers.State> states, ProducedBatch batch) {
        if (batch.producerId() == 0) {
            return Optional.empty();
        }
        Producers.State state = states.get(batch.producerId());
        boolean begins = batch.baseSequence() == 0;
        if (state == null) {
            return begins ? Optional.empty() : refused(LogError.UNKNOWN_PRODUCER, 0);
        }
        if (batch.producerEpoch() < state.epoch()) {
            return refused(LogError.PRODUCER_FENCED, state.nextSequence());
        }
        if (batch.producerEpoch() > state.epoch()) {
            return begins ? Optional.empty() : refused(LogError.OUT_OF_ORDER_SEQUENCE, 0);
        }
        if (batch.baseSequence() == state.nextSequence()) {
            return Optional.empty();
        }
        int lastSequence = (batch.baseSequence() + batch.lastOffsetDelta()) & Integer.MAX_VALUE;
        // Sequences are a circle of 2^31: the half before the last one is its past.
        long behind = Math.floorMod((long) state.last().lastSequence() - lastSequence, 1L << 31);
        if (behind <= 1L << 30) {
            return Optional.of(new Duplicate(stored(state, batch.baseSequence(), lastSequence)));
        }
        return refused(LogError.OUT_OF_ORDER_SEQUENCE, state.nextSequence());
    }

    private static Optional<SequenceCheck.Stored> stored(
            Producers.State state, int firstSequence, int lastSequence) {
        for (Producers.Batch batch : state.batches()) {
            if (batch.firstSequence() == firstSequence && batch.lastSequence() == lastSequence) {
                return Optional.of(
                        new SequenceCheck.Stored(
                                batch.baseOffset(), batch.lastOffset(), batch.appendTimeMs()));
            }
        }
        return Optional.empty();
    }

    private static Optional<Object> refused(LogError error, int expectedSequence) {
        return Optional.of(new Refused(error, Map.of("expected_sequence", "" + expectedSequence)));
    }

    void store(Entry entry) {
        originals.add(entry);
        present.add(entry);
        end = entry.endOffset();
        remember(Producers.after(List.of(entry)));
    }

    void rolled(long offset, long nowMs) {
        rolls.add(new Roll(offset, nowMs));
    }

    // Reading

    /** From the entry that holds {@code from} on, or the next one, up to {@code endOffset}. */
    List<Entry> read(long from, long endOffset, int maxBytes) {
        List<Entry> run = new ArrayList<>();
        long bytes = 0;
        for (Entry entry : present) {
            if (entry.endOffset() <= from) {
                continue;
            }
            bytes += entry.sizeBytes();
            if (entry.endOffset() > endOffset || (!run.isEmpty() && bytes > maxBytes)) {
                break;
            }
            run.add(entry);
        }
        return run;
    }

    /** Entries that can be read. */
    List<Entry> readable() {
        return present.stream().filter(entry -> entry.endOffset() > start).toList();
    }

    Optional<TimedOffset> offsetOfTime(long timestampMs, long endOffset, TimestampType type) {
        for (Entry entry : present) {
            for (Entry.Record record : entry.records()) {
                long recordMs =
                        type == TimestampType.APPEND ? entry.appendTimeMs() : record.timestampMs();
                if (record.offset() >= start && recordMs >= timestampMs) {
                    return record.offset() < endOffset
                            ? Optional.of(
                                    new TimedOffset(record.offset(), recordMs, entry.leaderEpoch()))
                            : Optional.empty();
                }
            }
        }
        return Optional.empty();
    }

    // Epochs

    OptionalInt latestEpoch() {
        return originals.isEmpty()
                ? OptionalInt.empty()
                : OptionalInt.of(originals.get(originals.size() - 1).leaderEpoch());
    }

    /**
     * The end of the largest epoch at or below {@code epoch}, from what was stored, whatever
     * compaction took; empty if that epoch has no offset that can be read.
     */
    Optional<OffsetAndEpoch> endOfEpoch(int epoch) {
        Optional<OffsetAndEpoch> found = Optional.empty();
        for (Entry entry : originals) {
            if (entry.leaderEpoch() <= epoch) {
                found = Optional.of(new OffsetAndEpoch(entry.endOffset(), entry.leaderEpoch()));
            }
        }
        return found.filter(ends -> ends.offset() > start);
    }

    // Producers

    Map<Long, Producers.State> producers() {
        Map<Long, Producers.State> states = new TreeMap<>(producersBefore);
        int rolled = 0;
        for (Entry entry : originals) {
            if (entry.baseOffset() >= producersFrom) {
                rolled = expire(states, rolled, entry.baseOffset());
                Producers.store(states, entry);
            }
        }
        expire(states, rolled, end);
        return states;
    }

    private int expire(Map<Long, Producers.State> states, int from, long offset) {
        int next = from;
        while (next < rolls.size() && rolls.get(next).offset <= offset) {
            long nowMs = rolls.get(next).nowMs;
            states.values()
                    .removeIf(
                            state ->
                                    nowMs - state.lastAppendTimeMs()
                                            > ProducerStates.EXPIRY.toMillis());
            next++;
        }
        return next;
    }

    /** From here on {@code known} is what is known of the producers up to the end. */
    void adoptProducers(Map<Long, Producers.State> known) {
        remember(known);
        producersBefore = new TreeMap<>(known);
        producersFrom = end;
        rolls.clear();
    }

    private void remember(Map<Long, Producers.State> states) {
        states.forEach(
                (id, state) ->
                        state.batches()
                                .forEach(b -> numbered.add(new Numbered(id, state.epoch(), b))));
    }

    /** Whether all of that was so: nothing is made up, though some of it may be forgotten. */
    boolean isTrue(Map<Long, Producers.State> states) {
        return states.entrySet().stream()
                .allMatch(
                        known ->
                                known.getValue().batches().stream()
                                        .map(
                                                batch ->
                                                        new Numbered(
                                                                known.getKey(),
                                                                known.getValue().epoch(),
                                                                batch))
                                        .allMatch(numbered::contains));
    }

    /** What a snapshot says, read by the book: see {@code ProducerSnapshot}. */
    static Map<Long, Producers.State> decode(ByteBuffer snapshot) {
        ByteBuffer bytes = snapshot.slice().order(ByteOrder.LITTLE_ENDIAN);
        Map<Long, Producers.State> states = new TreeMap<>();
        bytes.position(16);
        int count = bytes.getInt();
        for (int i = 0; i < count; i++) {
            long id = bytes.getLong();
            int epoch = bytes.getInt();
            long lastAppendTimeMs = bytes.getLong();
            int size = bytes.getInt();
            List<Producers.Batch> batches = new ArrayList<>();
            for (int j = 0; j < size; j++) {
                batches.add(
                        new Producers.Batch(
                                bytes.getInt(), bytes.getInt(), bytes.getLong(), bytes.getLong()));
            }
            states.put(id, new Producers.State(epoch, lastAppendTimeMs, List.copyOf(batches)));
        }
        return states;
    }

    // The ends

    /** Where a cut at {@code offset} ends a log whose first segment begins at {@code base}. */
    long endAfterCutAt(long offset, long base) {
        if (offset >= end) {
            return end;
        }
        return present.stream()
                .filter(entry -> entry.baseOffset() >= base)
                .mapToLong(Entry::endOffset)
                .filter(entryEnd -> entryEnd <= offset)
                .max()
                .orElse(base);
    }

    void cutTo(long newEnd) {
        originals.removeIf(entry -> entry.endOffset() > newEnd);
        present.removeIf(entry -> entry.endOffset() > newEnd);
        rolls.removeIf(roll -> roll.offset > newEnd);
        numbered.removeIf(stored -> stored.batch.lastOffset() >= newEnd);
        end = newEnd;
        highWatermark = Math.min(highWatermark, newEnd);
        durableEnd = newEnd;
    }

    void restartAt(long offset, Map<Long, Producers.State> producers) {
        originals.clear();
        present.clear();
        numbered.clear();
        start = offset;
        end = offset;
        highWatermark = offset;
        durableEnd = offset;
        cutBelowCompacted = false;
        adoptProducers(producers);
    }

    /** Puts what compaction left in the place of what was there. */
    void compacted(List<Entry> left) {
        present.clear();
        present.addAll(left);
    }
}
