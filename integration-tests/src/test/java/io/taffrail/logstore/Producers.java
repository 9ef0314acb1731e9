// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.logstore.producer.SequenceCheck;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What a log should remember of its producers, worked out the slow way, and whether it does. */
final class Producers {
    /** The tests' producers have ids from 1 up to, not including, this. */
    static final long ASKED_IDS = 12;

    private static final int REMEMBERED_BATCHES = 32;

    /** A remembered batch. */
    record Batch(int firstSequence, int offsetDelta, long baseOffset, long appendTimeMs) {
        int lastSequence() {
            return (firstSequence + offsetDelta) & Integer.MAX_VALUE;
        }

        long lastOffset() {
            return baseOffset + offsetDelta;
        }
    }

    /** One producer. */
    record State(int epoch, long lastAppendTimeMs, List<Batch> batches) {
        Batch last() {
            return batches.get(batches.size() - 1);
        }

        int nextSequence() {
            return (last().lastSequence() + 1) & Integer.MAX_VALUE;
        }
    }

    private Producers() {}

    /** By producer, after all of {@code entries} in order. */
    static Map<Long, State> after(Iterable<Entry> entries) {
        Map<Long, State> states = new TreeMap<>();
        entries.forEach(entry -> store(states, entry));
        return states;
    }

    static void store(Map<Long, State> states, Entry entry) {
        if (entry.producerId() == 0) {
            return;
        }
        State known = states.get(entry.producerId());
        List<Batch> batches = new ArrayList<>();
        if (known != null && known.epoch == entry.producerEpoch()) {
            batches.addAll(known.batches);
        }
        batches.add(
                new Batch(
                        entry.baseSequence(),
                        (int) (entry.lastOffset() - entry.baseOffset()),
                        entry.baseOffset(),
                        entry.appendTimeMs()));
        int forgotten = Math.max(0, batches.size() - REMEMBERED_BATCHES);
        states.put(
                entry.producerId(),
                new State(
                        entry.producerEpoch(),
                        entry.appendTimeMs(),
                        List.copyOf(batches.subList(forgotten, batches.size()))));
    }

    /**
     * Asks a log, which must take appends, about each of them, without a trace: retries of what it
     * should remember, and sequences that leave a gap. Producers below {@link #ASKED_IDS} that are
     * not expected must be unknown.
     */
    static void check(PartitionLog log, Map<Long, State> expected) throws IOException {
        long logEndOffset = log.logEndOffset();
        for (long id = 1; id < ASKED_IDS; id++) {
            State state = expected.get(id);
            if (state == null) {
                assertThat(refusal(log, id, 0, 5)).isEqualTo("UNKNOWN_PRODUCER 0");
                continue;
            }
            for (Batch batch : state.batches) {
                SequenceCheck.Stored stored =
                        new SequenceCheck.Stored(
                                batch.baseOffset, batch.lastOffset(), batch.appendTimeMs);
                assertThat(ask(log, id, state.epoch, batch.firstSequence, batch.offsetDelta + 1))
                        .as("a retry of %s of producer %s", batch, id)
                        .isEqualTo(new AppendResult.Duplicate(Optional.of(stored)));
            }
            assertThat(refusal(log, id, state.epoch, state.nextSequence() + 1))
                    .as("a gap in producer %s", id)
                    .isEqualTo("OUT_OF_ORDER_SEQUENCE " + state.nextSequence());
            if (state.epoch > 0) {
                assertThat(refusal(log, id, state.epoch - 1, 0)).startsWith("PRODUCER_FENCED");
            }
        }
        assertThat(log.logEndOffset()).isEqualTo(logEndOffset);
    }

    private static String refusal(PartitionLog log, long id, int epoch, int sequence)
            throws IOException {
        AppendResult result = ask(log, id, epoch, sequence, 1);
        return result instanceof AppendResult.Rejected rejected
                ? rejected.error() + " " + rejected.metadata().get("expected_sequence")
                : result.toString();
    }

    private static AppendResult ask(PartitionLog log, long id, int epoch, int sequence, int records)
            throws IOException {
        String[] texts = new String[records];
        Arrays.fill(texts, "k=v");
        return log.appendAsLeader(
                SampleBatches.batch(id, epoch, sequence, texts), log.latestEpoch().orElse(0));
    }
}
