// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.fetch;

import com.google.rpc.Status;
import io.taffrail.api.StatusTranslator;

/** A request breaks a rule of the contract that has no reason of its own. */
final class InvalidRequestException extends Exception {
    private static final long serialVersionUID = 1;

    private final String field;

    /**
     * The fault.
     *
     * @param field its path in the request
     */
    InvalidRequestException(String field, String message) {
        super(message);
        this.field = field;
    }

    /** INVALID_ARGUMENT with a {@code BadRequest}. */
    Status status() {
        return StatusTranslator.invalidArgument(field, getMessage());
    }

    /**
     * Checks a number.
     *
     * @throws InvalidRequestException if it is negative
     */
    static long requireNotNegative(String field, long value) throws InvalidRequestException {
        if (value < 0) {
            throw new InvalidRequestException(field, value + " is negative");
        }
        return value;
    }

    /** A number, or the default if it is left out, which in proto3 is 0. */
    static int orDefault(String field, int value, int whenZero) throws InvalidRequestException {
        requireNotNegative(field, value);
        return value == 0 ? whenZero : value;
    }
}
