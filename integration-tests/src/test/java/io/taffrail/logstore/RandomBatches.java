// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore;

import static io.taffrail.logstore.SampleBatches.PARTITION;

import io.taffrail.model.LogError;
import io.taffrail.model.batch.Compression;
import io.taffrail.model.batch.ProducedBatch;
import io.taffrail.model.batch.RecordBatchBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Makes up batches, good and bad, and runs of entries as a leader would send them. */
final class RandomBatches {
    private static final Compression[] CODECS = Compression.values();
    private static final int PRODUCERS = 6;
    private static final int KEYS = 12;

    private final Random random;
    private final boolean keyed;
    private int values;

    /** With a key on every record, if {@code keyed}. */
    RandomBatches(Random random, boolean keyed) {
        this.random = random;
        this.keyed = keyed;
    }

    /** Some batches of one request, and which of them break a rule. */
    record Request(List<ProducedBatch> batches, Map<Integer, LogError> faults) {
        @Override
        public String toString() {
            return batches.stream().map(RandomBatches::describe).toList()
                    + (faults.isEmpty() ? "" : ", faults " + faults);
        }
    }

    /** Whatever a client may come up with. */
    Request request(Map<Long, Producers.State> known, long nowMs) {
        Map<Long, Producers.State> states = new TreeMap<>(known);
        List<ProducedBatch> batches = new ArrayList<>();
        Map<Integer, LogError> faults = new TreeMap<>();
        int count = random.nextInt(4) == 0 ? 1 + random.nextInt(4) : 1;
        for (int i = 0; i < count; i++) {
            RecordBatchBuilder builder = records(nowMs);
            if (random.nextBoolean()) {
                numberSomehow(builder, states);
            }
            ProducedBatch batch = builder.build();
            if (random.nextInt(30) == 0) {
                batch = broken(batch);
                faults.put(i, LogError.INVALID_BATCH);
            } else if (continues(states, batch)) {
                Producers.store(states, Entry.stored(PARTITION, batch, 0, 0, nowMs));
            }
            batches.add(batch);
        }
        return new Request(batches, faults);
    }

    private static boolean continues(Map<Long, Producers.State> states, ProducedBatch batch) {
        Producers.State state = states.get(batch.producerId());
        return state == null
                ? batch.baseSequence() == 0
                : batch.producerEpoch() == state.epoch()
                        && batch.baseSequence() == state.nextSequence();
    }

    /** Only what a leader would have stored; where it compacted, with gaps. */
    List<Entry> run(Map<Long, Producers.State> known, long from, int firstEpoch, long nowMs) {
        Map<Long, Producers.State> states = new TreeMap<>(known);
        List<Entry> run = new ArrayList<>();
        long next = from;
        int epoch = firstEpoch;
        int count = 1 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            next += random.nextInt(5) == 0 ? random.nextInt(40) : 0;
            epoch += random.nextInt(6) == 0 ? 1 : 0;
            RecordBatchBuilder builder = records(nowMs);
            if (random.nextBoolean()) {
                numberInOrder(builder, states);
            }
            Entry entry = Entry.stored(PARTITION, builder.build(), next, epoch, nowMs);
            run.add(entry);
            Producers.store(states, entry);
            next = entry.endOffset();
        }
        return run;
    }

    private RecordBatchBuilder records(long nowMs) {
        int count = 1 + random.nextInt(random.nextInt(5) == 0 ? 12 : 3);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            texts.add(text());
        }
        long timestampMs = nowMs - random.nextInt(100_000) + random.nextInt(20_000);
        return SampleBatches.batch(CODECS[random.nextInt(CODECS.length)], timestampMs, texts);
    }

    private String text() {
        String value = "v" + values++ + "x".repeat(random.nextInt(random.nextInt(90) + 1));
        if (!keyed && random.nextBoolean()) {
            return value;
        }
        return "k" + random.nextInt(KEYS) + "=" + (random.nextInt(8) == 0 ? "" : value);
    }

    private void numberInOrder(RecordBatchBuilder batch, Map<Long, Producers.State> states) {
        long id = 1L + random.nextInt(PRODUCERS);
        Producers.State state = states.get(id);
        if (state == null || random.nextInt(12) == 0) {
            int epoch = state == null ? random.nextInt(2) : state.epoch() + 1;
            // One of them wrote nearly 2^31 records before: its sequences are about to wrap.
            boolean nearTheWrap = id == PRODUCERS && random.nextBoolean();
            int sequence = nearTheWrap ? Integer.MAX_VALUE - 20 - random.nextInt(20) : 0;
            number(batch, id, epoch, sequence);
        } else {
            number(batch, id, state.epoch(), state.nextSequence());
        }
    }

    /** Mostly the next sequence; else a retry, a gap, an old or a new epoch. */
    private void numberSomehow(RecordBatchBuilder batch, Map<Long, Producers.State> states) {
        long id = 1L + random.nextInt(PRODUCERS);
        Producers.State state = states.get(id);
        if (state == null) {
            number(batch, id, random.nextInt(2), random.nextInt(10) == 0 ? 3 : 0);
            return;
        }
        int next = state.nextSequence();
        switch (random.nextInt(12)) {
            case 0 -> number(batch, id, state.epoch(), around(next + 1 + random.nextInt(3)));
            case 1 -> number(batch, id, state.epoch() + 1, random.nextInt(4) == 0 ? 2 : 0);
            case 2 -> number(batch, id, Math.max(0, state.epoch() - 1), next);
            case 3 -> number(batch, id, state.epoch(), around(next - random.nextInt(60)));
            case 4, 5 -> {
                List<Producers.Batch> batches = state.batches();
                Producers.Batch retried = batches.get(random.nextInt(batches.size()));
                number(batch, id, state.epoch(), retried.firstSequence());
            }
            default -> number(batch, id, state.epoch(), next);
        }
    }

    /**
     * Makes a batch one of a producer, unless the last sequence of all would be the next: {@link
     * Producers#check} asks for the one after it, without going around.
     */
    private static void number(RecordBatchBuilder batch, long id, int epoch, int sequence) {
        if (around(sequence + batch.recordCount()) != Integer.MAX_VALUE) {
            batch.producer(id, epoch, sequence);
        }
    }

    private static int around(int sequence) {
        return sequence & Integer.MAX_VALUE;
    }

    private static ProducedBatch broken(ProducedBatch batch) {
        return ProducedBatch.builder()
                .compressionId(batch.compressionId())
                .lastOffsetDelta(batch.lastOffsetDelta())
                .recordCount(batch.recordCount() + 1)
                .baseTimestampMs(batch.baseTimestampMs())
                .maxTimestampMs(batch.maxTimestampMs())
                .producer(batch.producerId(), batch.producerEpoch(), batch.baseSequence())
                .records(batch.records())
                .build();
    }

    private static String describe(ProducedBatch batch) {
        return batch.recordCount()
                + " records"
                + (batch.producerId() == 0
                        ? ""
                        : " p"
                                + batch.producerId()
                                + "/"
                                + batch.producerEpoch()
                                + "/"
                                + batch.baseSequence());
    }
}
