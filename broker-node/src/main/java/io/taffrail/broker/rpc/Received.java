// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.InputStream;

/**
 * A request, or the news that its bytes are none. gRPC answers UNKNOWN when a marshaller throws; as
 * a value the fault reaches a handler, which says whose fault it is.
 */
sealed interface Received<Q> {
    /** A request. */
    record Parsed<Q>(Q request) implements Received<Q> {}

    /** Bytes that are no message of the type. */
    record Malformed<Q>(String message) implements Received<Q> {}

    /** The request; throws INVALID_ARGUMENT where there is none. */
    default Q orRefuse() {
        if (this instanceof Parsed<Q> parsed) {
            return parsed.request();
        }
        throw Status.INVALID_ARGUMENT
                .withDescription(((Malformed<Q>) this).message())
                .asRuntimeException();
    }

    /** Reads as {@code generated} does, and takes its exception for what it is. */
    static <Q> Marshaller<Received<Q>> marshaller(Marshaller<Q> generated) {
        return new Marshaller<>() {
            @Override
            public InputStream stream(Received<Q> value) {
                return generated.stream(value.orRefuse());
            }

            @Override
            public Received<Q> parse(InputStream stream) {
                try {
                    return new Parsed<>(generated.parse(stream));
                } catch (StatusRuntimeException e) {
                    return new Malformed<>("the request's bytes are no protobuf of its type");
                }
            }
        };
    }
}
