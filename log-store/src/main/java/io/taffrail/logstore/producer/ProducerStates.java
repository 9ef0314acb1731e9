// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore.producer;

import io.taffrail.model.LogError;
import io.taffrail.model.batch.RecordBatchLayout;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The producers of one partition. A pure function of the entries of the log in order, so that
 * leader, follower and recovery come to the same; for the owner of the log alone.
 */
public final class ProducerStates {
    /** How long a producer is remembered after its last batch, by append time. */
    public static final Duration EXPIRY = Duration.ofDays(7);

    private final Map<Long, ProducerState> byId;
    private final ProducerStates beneath; // null but in an overlay

    public ProducerStates() {
        this(new HashMap<>());
    }

    ProducerStates(Map<Long, ProducerState> byId) {
        this(byId, null);
    }

    private ProducerStates(Map<Long, ProducerState> byId, ProducerStates beneath) {
        this.byId = byId;
        this.beneath = beneath;
    }

    Map<Long, ProducerState> byId() {
        return byId;
    }

    public int size() {
        return byId.size();
    }

    /** States to be tried on: what is stored in them leaves these as they are. */
    public ProducerStates overlay() {
        return new ProducerStates(new HashMap<>(), this);
    }

    private ProducerState find(long producerId) {
        ProducerState state = byId.get(producerId);
        return state == null && beneath != null ? beneath.find(producerId) : state;
    }

    /** Whether a batch is to be appended next (P23). */
    public SequenceCheck check(long producerId, int epoch, int firstSequence, int lastSequence) {
        if (producerId == 0) {
            return new SequenceCheck.Next();
        }
        ProducerState state = find(producerId);
        if (state == null) {
            return firstSequence == 0
                    ? new SequenceCheck.Next()
                    : refused(LogError.UNKNOWN_PRODUCER, 0);
        }
        if (epoch < state.epoch()) {
            return refused(LogError.PRODUCER_FENCED, state.expectedSequence());
        }
        if (epoch > state.epoch()) { // a new epoch begins anew
            return firstSequence == 0
                    ? new SequenceCheck.Next()
                    : refused(LogError.OUT_OF_ORDER_SEQUENCE, 0);
        }
        if (firstSequence == state.expectedSequence()) {
            return new SequenceCheck.Next();
        }
        if (state.covers(lastSequence)) {
            return new SequenceCheck.Duplicate(
                    state.remembered(firstSequence, lastSequence)
                            .map(
                                    b ->
                                            new SequenceCheck.Stored(
                                                    b.baseOffset(),
                                                    b.lastOffset(),
                                                    b.appendTimeMs())));
        }
        return refused(LogError.OUT_OF_ORDER_SEQUENCE, state.expectedSequence());
    }

    private static SequenceCheck refused(LogError error, int expectedSequence) {
        return new SequenceCheck.Refused(error, expectedSequence);
    }

    /** Takes an entry that is in the log. */
    public void stored(ByteBuffer entry, int at) {
        long producerId = RecordBatchLayout.producerId(entry, at);
        if (producerId == 0) {
            return;
        }
        int epoch = RecordBatchLayout.producerEpoch(entry, at);
        ProducerState.Batch batch =
                new ProducerState.Batch(
                        RecordBatchLayout.baseSequence(entry, at),
                        RecordBatchLayout.lastOffsetDelta(entry, at),
                        RecordBatchLayout.baseOffset(entry, at),
                        RecordBatchLayout.appendTimeMs(entry, at));
        ProducerState known = find(producerId);
        boolean continues = known != null && known.epoch() == epoch;
        byId.put(
                producerId,
                continues ? known.plus(batch) : ProducerState.startingWith(epoch, batch));
    }

    /**
     * The offset of the last record of a producer's last batch; compaction keeps that batch, if
     * only as a husk.
     */
    public OptionalLong lastOffset(long producerId) {
        ProducerState state = find(producerId);
        return state == null ? OptionalLong.empty() : OptionalLong.of(state.last().lastOffset());
    }

    /** Forgets who was last heard of longer ago than {@link #EXPIRY}. */
    public void expire(long nowMs) {
        byId.values().removeIf(state -> nowMs - state.lastAppendTimeMs() > EXPIRY.toMillis());
    }
}
