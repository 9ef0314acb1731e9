// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.fetch.serve;

import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import io.grpc.protobuf.ProtoUtils;
import java.io.InputStream;
import java.util.Optional;

/** Puts answers of Fetch and of Replicate on the wire. */
public final class FetchAnswerMarshaller implements MethodDescriptor.Marshaller<FetchAnswer> {
    private final MethodDescriptor.Marshaller<? extends Message> messages;
    private final Optional<InjectingAllocator> allocator;

    /**
     * A marshaller of one method's answers.
     *
     * @param message any of the method's messages
     * @param allocator of the server's connections; empty to copy always
     */
    public FetchAnswerMarshaller(Message message, Optional<InjectingAllocator> allocator) {
        this.messages = ProtoUtils.marshaller(message);
        this.allocator = allocator;
    }

    @Override
    public InputStream stream(FetchAnswer answer) {
        return new AnswerStream(answer, allocator);
    }

    /** For transports in the same process, and for gRPC's own completeness: nothing is held. */
    @Override
    public FetchAnswer parse(InputStream stream) {
        return FetchAnswer.of(messages.parse(stream));
    }
}
