// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.produce;

import static io.taffrail.model.Invariants.check;

import io.taffrail.client.PartitionRef;
import io.taffrail.client.ProducerRecord;
import io.taffrail.client.RecordMetadata;
import io.taffrail.client.TaffrailException;
import io.taffrail.model.batch.ProducedBatch;
import io.taffrail.model.batch.RecordBatchBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/**
 * Records of one partition that are sent together. First it is open and takes records, under the
 * lock of its {@link BatchQueue}; then it is encoded once, and belongs to the producer's thread.
 * Its sequence stays what it is however often it is sent, unless the producer gets a new epoch.
 */
final class ProducerBatch {
    private final PartitionRef partition;
    private final long createdNanos;
    private final List<Delivery> deliveries;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private RecordBatchBuilder builder; // null once encoded
    private ProducedBatch encoded; // null before
    private boolean sequenced;
    private long sentNanos;

    ProducerBatch(PartitionRef partition, long createdNanos, RecordBatchBuilder builder) {
        this.partition = partition;
        this.createdNanos = createdNanos;
        this.deliveries = new ArrayList<>();
        this.builder = builder;
    }

    /** A part of another, encoded already. */
    private ProducerBatch(ProducerBatch whole, List<Delivery> deliveries, ProducedBatch encoded) {
        this.partition = whole.partition;
        this.createdNanos = whole.createdNanos;
        this.deliveries = List.copyOf(deliveries);
        this.encoded = encoded;
        this.sequenced = whole.sequenced;
    }

    /**
     * Adds a record behind the last.
     *
     * @throws IllegalArgumentException if it cannot be in this batch, which is then as it was
     */
    void append(ProducerRecord record, Delivery delivery) {
        builder.append(delivery.timestampMs(), record.key(), record.value(), record.headers());
        deliveries.add(delivery);
    }

    int recordCount() {
        return deliveries.size();
    }

    int payloadBytes() {
        return builder.payloadBytes();
    }

    long createdNanos() {
        return createdNanos;
    }

    long sentNanos() {
        return sentNanos;
    }

    void sentAt(long nanos) {
        sentNanos = nanos;
    }

    boolean isSequenced() {
        return sequenced;
    }

    /** The size of the entry that it becomes. Only once it is encoded. */
    int entryBytes() {
        return encoded.entryBytes();
    }

    ProducedBatch encoded() {
        check(encoded != null, "a batch of %s is sent before it is encoded", partition);
        return encoded;
    }

    /**
     * Compresses and numbers the records; those of an epoch are numbered on without a gap.
     *
     * @return the builder, to be used again
     */
    RecordBatchBuilder encode(ProducerIdentity identity, int baseSequence) {
        check(builder != null, "a batch of %s is encoded twice", partition);
        RecordBatchBuilder used = builder;
        encoded = used.producer(identity.id(), identity.epoch(), baseSequence).build();
        builder = null;
        sequenced = true;
        return used;
    }

    boolean isEncoded() {
        return encoded != null;
    }

    /** Numbers the records anew; their numbers from before are void. */
    void sequenceAnew(ProducerIdentity identity, int baseSequence) {
        encoded = BatchCopies.withProducer(encoded, identity, baseSequence);
        sequenced = true;
    }

    /** The numbers are void: none of the records is stored under them. */
    void forgetSequence() {
        sequenced = false;
    }

    /** In two, with the same records and sequences. Only of more than one record. */
    List<ProducerBatch> split() {
        int middle = deliveries.size() / 2;
        List<ProducedBatch> halves = BatchCopies.split(encoded, middle);
        ProducerBatch first = new ProducerBatch(this, deliveries.subList(0, middle), halves.get(0));
        ProducerBatch second =
                new ProducerBatch(
                        this, deliveries.subList(middle, deliveries.size()), halves.get(1));
        var unused =
                CompletableFuture.allOf(first.done, second.done).thenRun(() -> done.complete(null));
        return List.of(first, second);
    }

    /** Completes when every record is answered or has failed. Never fails. */
    CompletableFuture<Void> done() {
        return done;
    }

    boolean isDone() {
        return done.isDone();
    }

    /**
     * The records are stored.
     *
     * @param baseOffset of the first one, if the broker still knows
     */
    void complete(OptionalLong baseOffset, long appendTimeMs, BufferBudget budget) {
        giveBack(budget);
        for (int n = 0; n < deliveries.size(); n++) {
            Delivery delivery = deliveries.get(n);
            OptionalLong offset =
                    baseOffset.isPresent()
                            ? OptionalLong.of(baseOffset.getAsLong() + n)
                            : OptionalLong.empty();
            delivery.complete(
                    new RecordMetadata(partition, offset, delivery.timestampMs(), appendTimeMs));
        }
        done.complete(null);
    }

    void fail(TaffrailException why, BufferBudget budget) {
        giveBack(budget);
        deliveries.forEach(delivery -> delivery.completeExceptionally(why));
        done.complete(null);
    }

    private void giveBack(BufferBudget budget) {
        budget.giveBack(deliveries.stream().mapToInt(Delivery::bufferedBytes).sum());
    }
}
