// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What cannot be in a batch. */
class RecordBatchBuilderTest {
    private final RecordBatchBuilder batch =
            new RecordBatchBuilder(Compression.NONE).append(5, null, new byte[5], List.of());
    private final ProducedBatch before = batch.build();

    @Test
    void recordsThatDoNotFitLeaveItAsItWas() {
        int most = RecordBatchLayout.MAX_ENTRY_BYTES - RecordBatchLayout.HEADER_BYTES;
        ByteBuffer value = ByteBuffer.allocate(most);
        assertThatThrownBy(() -> batch.append(5, (ByteBuffer) null, value, List.of()))
                .isExactlyInstanceOf(BatchFullException.class)
                .hasMessageContaining("up to " + most);
        requireUnchanged();

        RecordHeader header = new RecordHeader("h", value);
        assertThatThrownBy(() -> batch.append(5, null, (byte[]) null, List.of(header)))
                .isExactlyInstanceOf(BatchFullException.class);
        requireUnchanged();

        // Tags and lengths of this record take 10 bytes, those of one so large.
        int fits = most - batch.payloadBytes() - 10;
        assertThatThrownBy(
                        () ->
                                batch.append(
                                        0, (ByteBuffer) null, value.slice(0, fits + 1), List.of()))
                .isExactlyInstanceOf(BatchFullException.class);
        requireUnchanged();
        batch.append(5, (ByteBuffer) null, value.slice(0, fits), List.of());
        assertThat(batch.payloadBytes()).isEqualTo(most);
    }

    @Test
    void otherMistakesAreNotThatItIsFull() {
        assertThatThrownBy(() -> batch.append(Long.MIN_VALUE, null, (byte[]) null, List.of()))
                .isExactlyInstanceOf(IllegalArgumentException.class);
        RecordHeader half = new RecordHeader("\uD800", ByteBuffer.allocate(0));
        assertThatThrownBy(() -> batch.append(5, null, (byte[]) null, List.of(half)))
                .isExactlyInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> batch.appendAt(0, 5, (byte[]) null, null, List.of()))
                .isExactlyInstanceOf(IllegalArgumentException.class);
        assertThat(batch.recordCount()).isEqualTo(1);
    }

    private void requireUnchanged() {
        assertThat(batch.recordCount()).isEqualTo(1);
        assertThat(batch.build().records()).isEqualTo(before.records());
    }
}
