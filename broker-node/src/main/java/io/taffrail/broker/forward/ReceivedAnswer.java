// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.forward;

import io.grpc.MethodDescriptor;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.taffrail.api.v1.FetchResponse;
import io.taffrail.broker.ReceivedMessage;
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
        ReceivedMessage.Parts<FetchResponse> parts =
                ReceivedMessage.read(stream)
                        .split(FetchResponse.parser(), field -> field >= FIRST_CONTENT_FIELD);
        return new ReceivedAnswer(parts.header(), Unpooled.wrappedBuffer(parts.content()));
    }
}
