// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taffrail.model.LogError;
import io.taffrail.model.TopicId;
import io.taffrail.model.batch.Compression;
import io.taffrail.model.batch.RecordBatchBuilder;
import io.taffrail.model.batch.RecordBatchLayout;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProducerStatesTest {
    private final ProducerStates states = new ProducerStates();
    private long nextOffset;

    private void store(long id, int epoch, int firstSequence, int records) {
        RecordBatchBuilder builder =
                new RecordBatchBuilder(Compression.NONE).producer(id, epoch, firstSequence);
        for (int i = 0; i < records; i++) {
            builder.append(0, (byte[]) null, new byte[1], List.of());
        }
        ByteBuffer header = ByteBuffer.allocate(RecordBatchLayout.HEADER_BYTES);
        builder.build().writeHeader(header);
        RecordBatchLayout.stamp(header, 0, nextOffset, 0, 1000 + nextOffset, new TopicId(1, 2), 0);
        states.stored(header, 0);
        nextOffset += records;
    }

    private static SequenceCheck refused(LogError error, int expected) {
        return new SequenceCheck.Refused(error, expected);
    }

    @Test
    void sequencesWrapAfterTheLargest() {
        store(7, 0, Integer.MAX_VALUE - 1, 2);
        assertThat(states.check(7, 0, 0, 4)).isEqualTo(new SequenceCheck.Next());
        store(7, 0, 0, 5);
        assertThat(states.check(7, 0, 5, 5)).isEqualTo(new SequenceCheck.Next());
        assertThat(states.check(7, 0, Integer.MAX_VALUE - 1, Integer.MAX_VALUE))
                .isEqualTo(
                        new SequenceCheck.Duplicate(
                                Optional.of(new SequenceCheck.Stored(0, 1, 1000))));
        assertThat(states.check(7, 0, 6, 6)).isEqualTo(refused(LogError.OUT_OF_ORDER_SEQUENCE, 5));
    }

    @Test
    void anOldDuplicateIsKnownWithoutItsOffset() {
        for (int i = 0; i < 40; i++) {
            store(7, 0, i, 1);
        }
        assertThat(states.check(7, 0, 7, 7))
                .isEqualTo(new SequenceCheck.Duplicate(Optional.empty()));
        assertThat(states.check(7, 0, 8, 8))
                .isEqualTo(
                        new SequenceCheck.Duplicate(
                                Optional.of(new SequenceCheck.Stored(8, 8, 1008))));
    }

    @Test
    void aBatchThatIsPartlyStoredIsNoDuplicate() {
        store(7, 0, 0, 3);
        assertThat(states.check(7, 0, 2, 4)).isEqualTo(refused(LogError.OUT_OF_ORDER_SEQUENCE, 3));
    }

    @Test
    void aNewEpochBeginsAtZeroAndFencesTheOldOne() {
        store(7, 0, 0, 3);
        assertThat(states.check(7, 1, 3, 3)).isEqualTo(refused(LogError.OUT_OF_ORDER_SEQUENCE, 0));
        store(7, 1, 0, 1);
        assertThat(states.check(7, 0, 3, 3)).isEqualTo(refused(LogError.PRODUCER_FENCED, 1));
    }

    @Test
    void whatIsTriedOnAnOverlayLeavesTheStatesAsTheyAre() {
        store(7, 0, 0, 3);
        ProducerStates overlay = states.overlay();
        assertThat(overlay.check(7, 0, 3, 3)).isEqualTo(new SequenceCheck.Next());
        assertThat(overlay.lastOffset(7)).hasValue(2);
    }

    @Test
    void isForgottenAfterAWeek() {
        store(7, 0, 0, 3);
        states.expire(1000 + ProducerStates.EXPIRY.toMillis());
        assertThat(states.size()).isEqualTo(1);
        states.expire(1001 + ProducerStates.EXPIRY.toMillis());
        assertThat(states.check(7, 0, 3, 3)).isEqualTo(refused(LogError.UNKNOWN_PRODUCER, 0));
    }

    @Test
    void snapshotIsReadBackAsItWasAndEveryFlippedBitIsNoticed() {
        store(7, 0, 0, 3);
        store(9, 4, 0, 1);
        ByteBuffer snapshot = ProducerSnapshot.encode(states, 4);
        assertThat(ProducerSnapshot.decode(snapshot, 4).byId()).isEqualTo(states.byId());
        for (int bit = 0; bit < snapshot.limit() * 8; bit++) {
            byte[] flipped = new byte[snapshot.limit()];
            snapshot.get(0, flipped);
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThatThrownBy(() -> ProducerSnapshot.decode(ByteBuffer.wrap(flipped), 4))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
