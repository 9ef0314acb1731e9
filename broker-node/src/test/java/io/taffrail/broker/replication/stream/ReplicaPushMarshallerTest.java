// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.StatusRuntimeException;
import io.taffrail.api.internal.v1.ReplicaMarks;
import io.taffrail.api.internal.v1.ReplicateResponse;
import io.taffrail.api.v1.RecordBatch;
import java.io.ByteArrayInputStream;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ReplicaPushMarshallerTest {
    private static final ReplicateResponse HEADER =
            ReplicateResponse.newBuilder()
                    .setSlot(7)
                    .setSubscription(300)
                    .setFromOffset(10)
                    .setEpochBefore(0)
                    .addMarks(ReplicaMarks.newBuilder().setSlot(7).setHighWatermark(9))
                    .build();

    private static ReplicaPush parse(byte[] bytes) {
        return new ReplicaPushMarshaller().parse(new ByteArrayInputStream(bytes));
    }

    @Test
    void leavesEntriesAsTheyAre() {
        RecordBatch batch =
                RecordBatch.newBuilder()
                        .setBaseOffset(10)
                        .setRecords(ByteString.copyFromUtf8("not decoded"))
                        .build();
        ReplicateResponse both = HEADER.toBuilder().addBatches(batch).addBatches(batch).build();
        ReplicaPush push = parse(both.toByteArray());
        assertThat(push.header()).isEqualTo(HEADER);
        byte[] entries = new byte[push.entries().remaining()];
        push.entries().get(entries);
        byte[] expected = both.toByteArray();
        assertThat(entries)
                .isEqualTo(
                        Arrays.copyOfRange(expected, HEADER.getSerializedSize(), expected.length));
    }

    @Test
    void readsMessagesWithoutEntries() {
        assertThat(parse(HEADER.toByteArray()).header()).isEqualTo(HEADER);
        assertThat(parse(HEADER.toByteArray()).entries().hasRemaining()).isFalse();
        assertThat(parse(new byte[0]).header()).isEqualTo(ReplicateResponse.getDefaultInstance());
    }

    @Test
    void failsTheCallForWhatIsNoMessage() {
        assertThatThrownBy(() -> parse(new byte[] {0x0a, 0x7f, 0x00}))
                .isInstanceOf(StatusRuntimeException.class);
        assertThatThrownBy(() -> parse(new byte[] {0x08}))
                .isInstanceOf(StatusRuntimeException.class);
    }
}
