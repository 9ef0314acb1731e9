// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.forward;

import com.google.protobuf.ByteString;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.taffrail.broker.ReceivedMessage;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Messages as their bytes: they go out as they came in. */
final class Bytes implements MethodDescriptor.Marshaller<ByteString> {
    static final Bytes MARSHALLER = new Bytes();

    private Bytes() {}

    @Override
    public InputStream stream(ByteString message) {
        return new MessageStream(message);
    }

    @Override
    public ByteString parse(InputStream stream) {
        return ReceivedMessage.read(stream).bytes();
    }

    /** Tells gRPC its length, and writes itself in as few pieces as it has. */
    private static final class MessageStream extends FilterInputStream
            implements KnownLength, Drainable {
        private final ByteString message;

        MessageStream(ByteString message) {
            super(message.newInput());
            this.message = message;
        }

        /** Of a message that nothing was read of. */
        @Override
        public int drainTo(OutputStream target) throws IOException {
            message.writeTo(target);
            return message.size();
        }
    }
}
