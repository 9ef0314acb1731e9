// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.produce;

import io.taffrail.client.PartitionRef;
import io.taffrail.client.ProducerRecord;
import io.taffrail.client.TaffrailException;
import io.taffrail.model.batch.RecordBatchBuilder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The batches of one partition that wait to be sent for the first time: full ones, and the open one
 * that takes records. Between callers, who append, and the producer's thread, which takes.
 */
final class BatchQueue {
    /** What appending a record changed. */
    enum Appended {
        /** A batch waits that did not before: see to it that it is sent when it has lingered. */
        BATCH_STARTED,
        /** A batch is full: see to it that it is sent. */
        BATCH_FULL,
        NOTHING_NEW
    }

    private final PartitionRef partition;
    private final int batchBytes;
    private final long lingerNanos;
    private final Supplier<RecordBatchBuilder> builders;
    private final Deque<ProducerBatch> full = new ArrayDeque<>();
    private ProducerBatch open;

    BatchQueue(
            PartitionRef partition,
            int batchBytes,
            long lingerNanos,
            Supplier<RecordBatchBuilder> builders) {
        this.partition = partition;
        this.batchBytes = batchBytes;
        this.lingerNanos = lingerNanos;
        this.builders = builders;
    }

    /**
     * Adds a record behind all others.
     *
     * @throws IllegalArgumentException if no batch can hold it
     */
    synchronized Appended append(ProducerRecord record, Delivery delivery, long nowNanos) {
        boolean filled = false;
        if (open != null && open.payloadBytes() + delivery.bufferedBytes() > batchBytes) {
            sealOpen();
            filled = true;
        }
        boolean starts = open == null;
        appendToOpen(record, delivery, nowNanos);
        if (open.payloadBytes() >= batchBytes) {
            sealOpen();
            filled = true;
        }
        if (filled) {
            return Appended.BATCH_FULL;
        }
        return starts ? Appended.BATCH_STARTED : Appended.NOTHING_NEW;
    }

    private void appendToOpen(ProducerRecord record, Delivery delivery, long nowNanos) {
        if (open != null) {
            try {
                open.append(record, delivery);
                return;
            } catch (IllegalArgumentException e) {
                sealOpen(); // its time may be too far from the first one's, or there is no room
            }
        }
        ProducerBatch fresh = new ProducerBatch(partition, nowNanos, builders.get());
        fresh.append(record, delivery);
        open = fresh;
    }

    private void sealOpen() {
        full.add(open);
        open = null;
    }

    /** Ends the open batch, so that it lingers no longer. */
    synchronized void seal() {
        if (open != null) {
            sealOpen();
        }
    }

    /** The next batch that is full or has lingered; null if there is none. */
    synchronized ProducerBatch take(long nowNanos) {
        if (full.isEmpty() && open != null && nowNanos - open.createdNanos() >= lingerNanos) {
            sealOpen();
        }
        return full.poll();
    }

    /** When the open batch has lingered, if nothing is to be sent before; else {@code nowNanos}. */
    synchronized long nextDueNanos(long nowNanos) {
        return full.isEmpty() && open != null ? open.createdNanos() + lingerNanos : nowNanos;
    }

    synchronized boolean isEmpty() {
        return full.isEmpty() && open == null;
    }

    /** Takes every batch out that was begun before that moment. */
    synchronized List<ProducerBatch> takeCreatedBefore(long nanos) {
        if (open != null && open.createdNanos() - nanos < 0) {
            sealOpen();
        }
        List<ProducerBatch> taken = new ArrayList<>();
        while (!full.isEmpty() && full.peek().createdNanos() - nanos < 0) {
            taken.add(full.poll());
        }
        return taken;
    }

    /** Takes every batch out. */
    synchronized List<ProducerBatch> takeAll() {
        seal();
        List<ProducerBatch> taken = new ArrayList<>(full);
        full.clear();
        return taken;
    }

    /** Adds all batches that are still here. */
    synchronized void addTo(Collection<ProducerBatch> batches) {
        batches.addAll(full);
        if (open != null) {
            batches.add(open);
        }
    }

    /** What a record fails with that no batch can hold. */
    TaffrailException refused(IllegalArgumentException why) {
        return new TaffrailException(
                "the record for " + partition + " cannot be sent: " + why.getMessage(),
                null,
                "INVALID_ARGUMENT",
                Map.of(),
                false,
                why);
    }
}
