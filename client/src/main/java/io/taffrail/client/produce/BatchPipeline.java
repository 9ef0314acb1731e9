// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.produce;

import static io.taffrail.model.Invariants.check;

import io.taffrail.api.v1.ProduceAck;
import io.taffrail.client.PartitionRef;
import io.taffrail.client.TaffrailException;
import io.taffrail.client.connection.Failure;
import io.taffrail.model.LogError;
import io.taffrail.model.batch.RecordBatchLayout;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A partition's batches from the queue to their answer: those that are sent and unanswered, and
 * those that were sent before and are to be sent again, oldest first. Always: what is unanswered is
 * older than what waits to be sent again, and that is older than the queue; sequences go up without
 * a gap but for batches that failed. Only on the producer's thread.
 */
final class BatchPipeline {
    private final PartitionRef partition;
    private final BatchQueue queue;
    private final PartitionWriter writer;
    private final WriterContext context;
    private final Deque<ProducerBatch> unanswered = new ArrayDeque<>();
    private final Deque<ProducerBatch> again = new ArrayDeque<>();

    private ProducerIdentity identity = ProducerIdentity.NONE;
    private ProducerIdentity spent = ProducerIdentity.NONE;
    private boolean identityAsked;
    private int nextSequence;

    private int maxInFlight;
    private int maxBatchBytes;
    private int refusedBatchBytes = Integer.MAX_VALUE;

    BatchPipeline(
            PartitionRef partition,
            BatchQueue queue,
            PartitionWriter writer,
            WriterContext context) {
        this.partition = partition;
        this.queue = queue;
        this.writer = writer;
        this.context = context;
        setLimits(0, 0);
    }

    /** The broker's limits; 0: none. */
    void setLimits(int brokersMaxInFlight, int brokersMaxBatchBytes) {
        int mine = context.settings().maxInFlight();
        maxInFlight = brokersMaxInFlight > 0 ? Math.min(mine, brokersMaxInFlight) : mine;
        maxBatchBytes = brokersMaxBatchBytes > 0 ? brokersMaxBatchBytes : Integer.MAX_VALUE;
    }

    boolean isEmpty() {
        return unanswered.isEmpty() && again.isEmpty() && queue.isEmpty();
    }

    /** When the oldest unanswered request was sent. */
    OptionalLong oldestSentNanos() {
        ProducerBatch oldest = unanswered.peek();
        return oldest == null ? OptionalLong.empty() : OptionalLong.of(oldest.sentNanos());
    }

    /** Asks for an identity, unless there is one or none is needed. */
    boolean hasIdentity() {
        boolean has = !context.settings().idempotent() || !identity.equals(ProducerIdentity.NONE);
        if (!has && !identityAsked) {
            identityAsked = true;
            context.identities().give(writer, spent);
            return !identity.equals(ProducerIdentity.NONE);
        }
        return has;
    }

    void forgetIdentityRequest() {
        identityAsked = false;
    }

    void useIdentity(ProducerIdentity given) {
        identity = given;
        nextSequence = 0;
        identityAsked = false;
    }

    /**
     * The broker misses what came before, or knows nothing of this producer: nothing that is
     * unanswered is in the log, and it is numbered anew under the next epoch (P23).
     */
    void renewIdentity() {
        check(unanswered.isEmpty(), "%s: the epoch is bumped with requests unanswered", partition);
        spent = identity;
        identity = ProducerIdentity.NONE;
        again.forEach(ProducerBatch::forgetSequence);
    }

    /** Sends the next batch, if there is one that is due and room for it. */
    boolean sendNext(ProduceStream.Slot slot, long now) {
        if (unanswered.size() >= maxInFlight || !hasIdentity()) {
            return false;
        }
        ProducerBatch batch = again.isEmpty() ? queue.take(now) : again.poll();
        if (batch == null) {
            return false;
        }
        prepare(batch);
        if (batch.entryBytes() > Math.min(maxBatchBytes, refusedBatchBytes - 1)) {
            divide(batch);
            return true;
        }
        batch.sentAt(now);
        unanswered.add(batch);
        slot.send(batch.encoded());
        return true;
    }

    private void prepare(ProducerBatch batch) {
        if (batch.isSequenced()) {
            return;
        }
        if (batch.isEncoded()) {
            batch.sequenceAnew(identity, nextSequence);
        } else {
            context.spareBuilders().accept(batch.encode(identity, nextSequence));
        }
        if (context.settings().idempotent()) {
            nextSequence = RecordBatchLayout.sequenceAfter(nextSequence, batch.recordCount());
        }
    }

    /** Halves what is too large; a single record can only fail. */
    private void divide(ProducerBatch batch) {
        if (batch.recordCount() > 1) {
            List<ProducerBatch> halves = batch.split();
            again.addFirst(halves.get(1));
            again.addFirst(halves.get(0));
            return;
        }
        int limit = Math.min(maxBatchBytes, refusedBatchBytes - 1);
        batch.fail(
                new TaffrailException(
                        "a record for "
                                + partition
                                + " makes a batch of "
                                + batch.entryBytes()
                                + " bytes, above the topic's max.message.bytes, "
                                + limit,
                        LogError.BATCH_TOO_LARGE,
                        LogError.BATCH_TOO_LARGE.code().name(),
                        Map.of("limit", Integer.toString(limit)),
                        false,
                        null),
                context.budget());
    }

    /** The oldest request is answered. False if there is none. */
    boolean acknowledge(ProduceAck ack) {
        ProducerBatch batch = unanswered.poll();
        if (batch == null) {
            return false;
        }
        if (!batch.isDone()) {
            OptionalLong baseOffset =
                    ack.hasBaseOffset()
                            ? OptionalLong.of(ack.getBaseOffset())
                            : OptionalLong.empty();
            batch.complete(baseOffset, ack.getAppendTimeMs(), context.budget());
        }
        return true;
    }

    /** The slot is gone: what was not answered will be sent again, before everything else. */
    void takeBackUnanswered() {
        while (!unanswered.isEmpty()) {
            ProducerBatch newest = unanswered.pollLast();
            if (!newest.isDone()) {
                again.addFirst(newest);
            }
        }
    }

    /** The broker found the oldest batch too large: it, and others like it, will be divided. */
    void refuseSizeOfOldest(Failure failure) {
        ProducerBatch oldest = again.peek();
        if (oldest == null) {
            failAll(failure.toException("cannot append to " + partition));
            return;
        }
        long limit = failure.number("limit").orElse(Integer.MAX_VALUE - 1);
        long refused = Math.min(oldest.entryBytes(), limit + 1);
        refusedBatchBytes = (int) Math.min(refusedBatchBytes, refused);
    }

    void failOldest(TaffrailException why) {
        ProducerBatch oldest = again.poll();
        if (oldest == null) {
            failAll(why);
        } else {
            oldest.fail(why, context.budget());
        }
    }

    void failAll(TaffrailException why) {
        takeBackUnanswered();
        Collection<ProducerBatch> all = new ArrayDeque<>(again);
        again.clear();
        all.addAll(queue.takeAll());
        all.forEach(batch -> batch.fail(why, context.budget()));
    }

    /**
     * Fails what is older than the delivery timeout. What was sent keeps its place until its slot
     * is answered or gone; the sequences behind it stay, since those batches may be stored too.
     */
    void expire(long now, Optional<TaffrailException> lastFailure) {
        long limit = now - context.settings().deliveryTimeout().toNanos();
        for (ProducerBatch sent : unanswered) {
            if (isExpired(sent, limit) && !sent.isDone()) {
                sent.fail(expired(lastFailure), context.budget());
            }
        }
        while (!again.isEmpty() && isExpired(again.peek(), limit)) {
            again.poll().fail(expired(lastFailure), context.budget());
        }
        for (ProducerBatch waiting : queue.takeCreatedBefore(limit)) {
            waiting.fail(expired(lastFailure), context.budget());
        }
    }

    private static boolean isExpired(ProducerBatch batch, long limit) {
        return batch.createdNanos() - limit < 0;
    }

    private TaffrailException expired(Optional<TaffrailException> lastFailure) {
        return new TaffrailException(
                "a record for "
                        + partition
                        + " was not acknowledged within "
                        + context.settings().deliveryTimeout().toMillis()
                        + " ms; whether it is stored is not known"
                        + lastFailure.map(last -> ": " + last.getMessage()).orElse(""),
                null,
                "DEADLINE_EXCEEDED",
                Map.of(),
                true,
                lastFailure.orElse(null));
    }

    /** Adds every batch that is not finished. */
    void addTo(Collection<ProducerBatch> batches) {
        batches.addAll(unanswered);
        batches.addAll(again);
        queue.addTo(batches);
    }
}
