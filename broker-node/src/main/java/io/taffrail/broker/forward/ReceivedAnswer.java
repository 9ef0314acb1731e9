// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.forward;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.taffrail.api.v1.FetchResponse;
import java.io.IOException;
import java.io.InputStream;

/**
 * An answer of Fetch from a leader: what it says, read, and its records or batches, as they came.
 *
 * @param header the message without {@code records} and {@code batches}
 * @param content those, encoded; on the heap, so that nobody has to release it
 */
record ReceivedAnswer(FetchResponse header, ByteBuf content) {
    /** What carries records has the highest numbers, and comes last. */
    private static final int FIRST_CONTENT_FIELD = FetchResponse.RECORDS_FIELD_NUMBER;

    /** Reads answers; nobody here sends any. */
    static final MethodDescriptor.Marshaller<ReceivedAnswer> MARSHALLER =
            new MethodDescriptor.Marshaller<>() {
                @Override
                public ReceivedAnswer parse(InputStream stream) {
                    return ReceivedAnswer.parse(stream);
                }

                @Override
                public InputStream stream(ReceivedAnswer answer) {
                    throw new UnsupportedOperationException("only reads");
                }
            };

    private static ReceivedAnswer parse(InputStream stream) {
        try {
            byte[] bytes =
                    stream instanceof KnownLength
                            ? stream.readNBytes(stream.available())
                            : stream.readAllBytes();
            int headerBytes = headerBytes(bytes);
            return new ReceivedAnswer(
                    FetchResponse.parser().parseFrom(bytes, 0, headerBytes),
                    Unpooled.wrappedBuffer(bytes, headerBytes, bytes.length - headerBytes));
        } catch (InvalidProtocolBufferException e) {
            throw Status.INTERNAL
                    .withDescription("the leader's answer is not one of Fetch")
                    .withCause(e)
                    .asRuntimeException();
        } catch (IOException e) {
            throw Status.INTERNAL
                    .withDescription("cannot read an answer from the transport")
                    .withCause(e)
                    .asRuntimeException();
        }
    }

    /** Where the first record or batch begins. */
    private static int headerBytes(byte[] bytes) throws IOException {
        CodedInputStream input = CodedInputStream.newInstance(bytes);
        while (!input.isAtEnd()) {
            int before = input.getTotalBytesRead();
            int tag = input.readTag();
            if (WireFormat.getTagFieldNumber(tag) >= FIRST_CONTENT_FIELD) {
                return before;
            }
            input.skipField(tag);
        }
        return bytes.length;
    }
}
