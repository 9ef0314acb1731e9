// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.taffrail.api.StatusTranslator;

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
        return StatusProto.toStatusRuntimeException(
                StatusTranslator.invalidArgument(field, description));
    }

    /** Refuses a number outside of its range, ends included. */
    static void unlessWithin(long least, long value, long most, String field) {
        if (value < least || value > most) {
            throw of(field, value + " is not in " + least + " to " + most);
        }
    }
}
