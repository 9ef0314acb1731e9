// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import com.google.protobuf.Any;
import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import com.google.rpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;

/** The answer to a request that breaks a rule of the contract which has no reason of its own. */
final class InvalidArgument {
    private InvalidArgument() {}

    /**
     * INVALID_ARGUMENT with a BadRequest.
     *
     * @param field the field at fault, by its path in the request
     * @param description what it is and what it may be; short, as it travels in a header
     */
    static StatusRuntimeException of(String field, String description) {
        BadRequest.FieldViolation violation =
                BadRequest.FieldViolation.newBuilder()
                        .setField(field)
                        .setDescription(description)
                        .build();
        return StatusProto.toStatusRuntimeException(
                Status.newBuilder()
                        .setCode(Code.INVALID_ARGUMENT_VALUE)
                        .setMessage(field + ": " + description)
                        .addDetails(
                                Any.pack(
                                        BadRequest.newBuilder()
                                                .addFieldViolations(violation)
                                                .build()))
                        .build());
    }

    /** Refuses a number outside of its range, ends included. */
    static void unlessWithin(long least, long value, long most, String field) {
        if (value < least || value > most) {
            throw of(field, value + " is not in " + least + " to " + most);
        }
    }
}
