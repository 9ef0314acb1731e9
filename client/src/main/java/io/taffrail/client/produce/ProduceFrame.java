// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.produce;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.taffrail.api.v1.LogServiceGrpc;
import io.taffrail.api.v1.ProduceRequest;
import io.taffrail.api.v1.ProduceResponse;
import io.taffrail.model.batch.ProducedBatch;
import io.taffrail.model.batch.RecordBatchLayout;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/**
 * A ProduceRequest as bytes. A batch is written in the layout that it is stored in, which is valid
 * protobuf and the layout that its checksum covers: so the checksum goes from this producer to
 * every reader, and the records are not copied into a message first.
 */
final class ProduceFrame {
    /** The method with frames in place of messages. */
    static final MethodDescriptor<ProduceFrame, ProduceResponse> METHOD =
            LogServiceGrpc.getProduceMethod().toBuilder(
                            new FrameMarshaller(),
                            LogServiceGrpc.getProduceMethod().getResponseMarshaller())
                    .build();

    private static final int MOST_SLOT_BYTES = 6;

    private final byte[] head;
    private final int headBytes;
    private final ByteString records;

    private ProduceFrame(byte[] head, int headBytes, ByteString records) {
        this.head = head;
        this.headBytes = headBytes;
        this.records = records;
    }

    /** Any request, most of all one that opens a slot. */
    static ProduceFrame of(ProduceRequest request) {
        byte[] bytes = request.toByteArray();
        return new ProduceFrame(bytes, bytes.length, ByteString.EMPTY);
    }

    /** One batch for a slot that is open. */
    static ProduceFrame of(int slot, ProducedBatch batch) {
        byte[] head = new byte[MOST_SLOT_BYTES + RecordBatchLayout.HEADER_BYTES];
        ByteBuffer buffer = ByteBuffer.wrap(head);
        buffer.position(writeSlot(slot, head));
        batch.writeHeader(buffer);
        return new ProduceFrame(
                head, buffer.position(), UnsafeByteOperations.unsafeWrap(batch.records()));
    }

    private static int writeSlot(int slot, byte[] to) {
        try {
            CodedOutputStream out = CodedOutputStream.newInstance(to);
            out.writeUInt32(ProduceRequest.SLOT_FIELD_NUMBER, slot);
            return out.getTotalBytesWritten();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class FrameMarshaller
            implements MethodDescriptor.Marshaller<ProduceFrame> {
        @Override
        public InputStream stream(ProduceFrame frame) {
            return new FrameStream(frame);
        }

        @Override
        public ProduceFrame parse(InputStream stream) {
            throw new UnsupportedOperationException("clients only send requests");
        }
    }

    /** What gRPC takes a frame's bytes from. */
    private static final class FrameStream extends InputStream implements KnownLength, Drainable {
        private final ProduceFrame frame;
        private InputStream rest; // only if somebody reads rather than drains

        FrameStream(ProduceFrame frame) {
            this.frame = frame;
        }

        @Override
        public int drainTo(OutputStream target) throws IOException {
            target.write(frame.head, 0, frame.headBytes);
            frame.records.writeTo(target);
            return frame.headBytes + frame.records.size();
        }

        @Override
        public int available() throws IOException {
            return rest == null ? frame.headBytes + frame.records.size() : rest.available();
        }

        @Override
        public int read() throws IOException {
            return rest().read();
        }

        @Override
        public int read(byte[] to, int at, int length) throws IOException {
            return rest().read(to, at, length);
        }

        private InputStream rest() {
            if (rest == null) {
                ByteString head = UnsafeByteOperations.unsafeWrap(frame.head, 0, frame.headBytes);
                rest = new ByteArrayInputStream(head.concat(frame.records).toByteArray());
            }
            return rest;
        }
    }
}
