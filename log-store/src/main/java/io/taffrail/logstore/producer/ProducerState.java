// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore.producer;

import io.taffrail.model.batch.RecordBatchLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is remembered of one producer: its newest epoch, and its last batches in the order of their
 * offsets. Immutable.
 *
 * @param lastAppendTimeMs append time of its last batch: the state expires by it
 * @param batches at least one and at most {@link #REMEMBERED_BATCHES}, oldest first
 */
record ProducerState(int epoch, long lastAppendTimeMs, List<Batch> batches) {
    /**
     * A client has at most this many unanswered batches in a partition, so no older one is ever
     * retried.
     */
    static final int REMEMBERED_BATCHES = 32;

    /**
     * A stored batch.
     *
     * @param firstSequence of its first record
     * @param offsetDelta last offset less base offset; the last sequence lies as far behind the
     *     first
     */
    record Batch(int firstSequence, int offsetDelta, long baseOffset, long appendTimeMs) {
        int lastSequence() {
            return RecordBatchLayout.sequenceAfter(firstSequence, offsetDelta);
        }

        long lastOffset() {
            return baseOffset + offsetDelta;
        }
    }

    static ProducerState startingWith(int epoch, Batch batch) {
        return new ProducerState(epoch, batch.appendTimeMs, List.of(batch));
    }

    ProducerState plus(Batch batch) {
        int kept = Math.min(batches.size(), REMEMBERED_BATCHES - 1);
        List<Batch> next = new ArrayList<>(kept + 1);
        next.addAll(batches.subList(batches.size() - kept, batches.size()));
        next.add(batch);
        return new ProducerState(epoch, batch.appendTimeMs, next);
    }

    Batch last() {
        return batches.get(batches.size() - 1);
    }

    int expectedSequence() {
        return RecordBatchLayout.sequenceAfter(last().lastSequence(), 1);
    }

    /**
     * Whether a batch that ends with {@code lastSequence} is stored already, however long ago:
     * sequences wrap, so "at or below" is half of the circle.
     */
    boolean covers(int lastSequence) {
        int ahead = (lastSequence - last().lastSequence()) & Integer.MAX_VALUE;
        return ahead == 0 || ahead > Integer.MAX_VALUE / 2;
    }

    Optional<Batch> remembered(int firstSequence, int lastSequence) {
        return batches.stream()
                .filter(
                        batch ->
                                batch.firstSequence == firstSequence
                                        && batch.lastSequence() == lastSequence)
                .findFirst();
    }
}
