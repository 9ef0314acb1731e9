// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.taffrail.api.LogFailure;
import io.taffrail.api.StatusTranslator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What calls of blocking stubs fail with. */
final class Failures {
    private Failures() {}

    static LogFailure of(ThrowingCallable call) {
        StatusRuntimeException thrown = status(call);
        return StatusTranslator.fromException(thrown)
                .orElseThrow(() -> new AssertionError("no failure of Taffrail's", thrown));
    }

    static StatusRuntimeException status(ThrowingCallable call) {
        return catchThrowableOfType(StatusRuntimeException.class, call);
    }

    /** The field that an INVALID_ARGUMENT blames. */
    static String blamedField(ThrowingCallable call) throws InvalidProtocolBufferException {
        StatusRuntimeException thrown = status(call);
        if (thrown.getStatus().getCode() != Status.Code.INVALID_ARGUMENT) {
            throw new AssertionError("not INVALID_ARGUMENT", thrown);
        }
        for (Any detail : StatusProto.fromThrowable(thrown).getDetailsList()) {
            if (detail.is(BadRequest.class)) {
                return detail.unpack(BadRequest.class).getFieldViolations(0).getField();
            }
        }
        throw new AssertionError("no BadRequest", thrown);
    }
}
