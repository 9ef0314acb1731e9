// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.fetch.serve;

import io.grpc.MethodDescriptor;
import io.grpc.protobuf.ProtoUtils;
import io.taffrail.api.v1.FetchResponse;
import java.io.InputStream;
import java.util.Optional;

/** Puts answers of Fetch on the wire. */
public final class FetchAnswerMarshaller implements MethodDescriptor.Marshaller<FetchAnswer> {
    private static final MethodDescriptor.Marshaller<FetchResponse> MESSAGES =
            ProtoUtils.marshaller(FetchResponse.getDefaultInstance());

    private final Optional<InjectingAllocator> allocator;

    /**
     * A marshaller.
     *
     * @param allocator of the server's connections; empty to copy always
     */
    public FetchAnswerMarshaller(Optional<InjectingAllocator> allocator) {
        this.allocator = allocator;
    }

    @Override
    public InputStream stream(FetchAnswer answer) {
        return new AnswerStream(answer, allocator);
    }

    /** For transports in the same process, and for gRPC's own completeness: nothing is held. */
    @Override
    public FetchAnswer parse(InputStream stream) {
        return FetchAnswer.of(MESSAGES.parse(stream));
    }
}
