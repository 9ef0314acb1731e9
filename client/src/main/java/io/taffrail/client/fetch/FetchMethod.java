// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.fetch;

import com.google.protobuf.CodedInputStream;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.taffrail.api.v1.FetchRequest;
import io.taffrail.api.v1.FetchResponse;
import io.taffrail.api.v1.LogServiceGrpc;
import java.io.IOException;
import java.io.InputStream;

/**
 * Fetch, with responses that are read into one array each, of which the records of their batches
 * are views: they are copied once from the network and not again.
 */
final class FetchMethod {
    static final MethodDescriptor<FetchRequest, FetchResponse> METHOD =
            LogServiceGrpc.getFetchMethod().toBuilder(
                            LogServiceGrpc.getFetchMethod().getRequestMarshaller(),
                            new Aliasing(LogServiceGrpc.getFetchMethod().getResponseMarshaller()))
                    .build();

    private FetchMethod() {}

    private record Aliasing(MethodDescriptor.Marshaller<FetchResponse> usual)
            implements MethodDescriptor.Marshaller<FetchResponse> {
        @Override
        public InputStream stream(FetchResponse value) {
            return usual.stream(value);
        }

        @Override
        public FetchResponse parse(InputStream stream) {
            if (!(stream instanceof KnownLength)) {
                return usual.parse(stream);
            }
            try {
                byte[] bytes = stream.readNBytes(stream.available());
                CodedInputStream in = CodedInputStream.newInstance(bytes);
                in.enableAliasing(true);
                return FetchResponse.parseFrom(in);
            } catch (IOException e) {
                throw Status.INTERNAL
                        .withDescription("the response cannot be parsed")
                        .withCause(e)
                        .asRuntimeException();
            }
        }
    }
}
