// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.produce;

import com.google.rpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.taffrail.api.LogFailure;
import io.taffrail.api.StatusTranslator;
import io.taffrail.model.LogError;

/** Why a request, a slot or a stream is answered with an error. */
sealed interface Rejection {
    /** The workers are at their limit, or stop. */
    static Rejection noWorker() {
        return new Failed(LogFailure.of(LogError.OVERLOADED, "no worker takes the request"));
    }

    /** An error that has a reason of its own. */
    record Failed(LogFailure failure) implements Rejection {
        @Override
        public Status toStatus() {
            return StatusTranslator.toStatus(failure);
        }

        @Override
        public String reason() {
            return failure.error().name();
        }
    }

    /**
     * A request that breaks a rule of the contract.
     *
     * @param field the field at fault, by its path in the request
     * @param message what is wrong; short, and without what the client sent
     */
    record Invalid(String field, String message) implements Rejection {
        @Override
        public Status toStatus() {
            return StatusTranslator.invalidArgument(field, message);
        }

        @Override
        public String reason() {
            return Code.INVALID_ARGUMENT.name();
        }
    }

    /** What the leader answered to a request that was passed on to it. */
    record Passed(Status toStatus) implements Rejection {
        @Override
        public String reason() {
            return StatusTranslator.fromStatus(toStatus)
                    .map(failure -> failure.error().name())
                    .orElseGet(
                            () ->
                                    io.grpc.Status.fromCodeValue(toStatus.getCode())
                                            .getCode()
                                            .name());
        }
    }

    /** A bug of ours; it stands in the log. */
    record Bug() implements Rejection {
        @Override
        public Status toStatus() {
            return Status.newBuilder()
                    .setCode(Code.INTERNAL.value())
                    .setMessage("the broker failed to handle the request; its log says more")
                    .build();
        }

        @Override
        public String reason() {
            return Code.INTERNAL.name();
        }
    }

    /** Ends a slot, or stands for a record that was not appended. */
    Status toStatus();

    /** For metrics: a short word out of a small set. */
    String reason();

    /** Ends a call. */
    default StatusRuntimeException toException() {
        return StatusProto.toStatusRuntimeException(toStatus());
    }
}
