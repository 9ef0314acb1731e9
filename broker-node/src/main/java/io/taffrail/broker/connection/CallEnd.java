// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.connection;

import com.google.rpc.Status;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;

/** Ends calls, with the details of their status: these travel in the trailers. */
public final class CallEnd {
    private CallEnd() {}

    /** Ends a call as {@code why} says, which may be OK. */
    public static void with(ServerCall<?, ?> call, Status why) {
        if (why.getCode() == io.grpc.Status.Code.OK.value()) {
            call.close(io.grpc.Status.OK, new Metadata());
        } else {
            with(call, StatusProto.toStatusRuntimeException(why));
        }
    }

    /** Ends a call with a failure. */
    public static void with(ServerCall<?, ?> call, StatusRuntimeException failure) {
        call.close(failure.getStatus(), trailers(failure));
    }

    /** What goes out with the status of a failure. */
    public static Metadata trailers(StatusRuntimeException failure) {
        Metadata trailers = failure.getTrailers();
        return trailers == null ? new Metadata() : trailers;
    }
}
