// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.produce;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteOutput;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.protobuf.ProtoUtils;
import io.taffrail.api.v1.ProduceRequest;
import io.taffrail.model.batch.Compression;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class InboundMarshallerTest {
    private static final ProduceRequest REQUEST =
            ProduceRequest.newBuilder()
                    .setSlot(3)
                    .addBatches(TestBatches.batch(Compression.NONE, "some value"))
                    .build();

    private final InboundMarshaller<ProduceRequest> marshaller =
            new InboundMarshaller<>(ProduceRequest.parser());

    @Test
    void readsAMessageAndItsSize() {
        Inbound<ProduceRequest> inbound =
                marshaller.parse(
                        ProtoUtils.marshaller(ProduceRequest.getDefaultInstance()).stream(REQUEST));
        assertThat(inbound).isEqualTo(new Inbound.Message<>(REQUEST, REQUEST.toByteString()));
    }

    @Test
    void recordsAreAViewOfWhatWasReadAndNoCopy() throws IOException {
        byte[] bytes = REQUEST.toByteArray();
        Inbound<ProduceRequest> inbound = marshaller.parse(new ByteArrayInputStream(bytes));
        ByteString records =
                ((Inbound.Message<ProduceRequest>) inbound).value().getBatches(0).getRecords();
        List<Integer> arrayLengths = new ArrayList<>();
        UnsafeByteOperations.unsafeWriteTo(records, new ArrayLengths(arrayLengths));
        assertThat(arrayLengths).containsExactly(bytes.length);
    }

    @Property
    void whateverComesItThrowsNothing(@ForAll byte[] bytes) {
        assertThat(marshaller.parse(new ByteArrayInputStream(bytes))).isNotNull();
    }

    @Property
    void aTruncatedMessageIsMalformedOrShorter(@ForAll int at) {
        byte[] whole = REQUEST.toByteArray();
        int length = Math.floorMod(at, whole.length);
        Inbound<ProduceRequest> inbound =
                marshaller.parse(new ByteArrayInputStream(whole, 0, length));
        if (inbound instanceof Inbound.Message<ProduceRequest> message) {
            assertThat(message.value()).isNotEqualTo(REQUEST);
            assertThat(message.bytes()).isEqualTo(length);
        }
    }

    private static final class ArrayLengths extends ByteOutput {
        private final List<Integer> lengths;

        ArrayLengths(List<Integer> lengths) {
            this.lengths = lengths;
        }

        @Override
        public void writeLazy(byte[] value, int offset, int length) {
            lengths.add(value.length);
        }

        @Override
        public void write(byte value) {
            throw new AssertionError("expected whole arrays");
        }

        @Override
        public void write(byte[] value, int offset, int length) {
            throw new AssertionError("expected a view");
        }

        @Override
        public void write(ByteBuffer value) {
            throw new AssertionError("expected an array");
        }

        @Override
        public void writeLazy(ByteBuffer value) {
            throw new AssertionError("expected an array");
        }
    }
}
