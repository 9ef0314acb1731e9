// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model.batch;

import io.taffrail.model.LogError;
import java.util.OptionalLong;

/**
 * Why a batch is refused.
 *
 * @param error {@code INVALID_BATCH}, {@code UNSUPPORTED_FORMAT} or {@code BATCH_TOO_LARGE}
 * @param field the field at fault, by its name in the protobuf messages
 * @param message what was expected and what was found, for the client's author
 * @param limit what was exceeded, if something was: the highest value that is allowed
 */
public record BatchFault(LogError error, String field, String message, OptionalLong limit) {
    /** Without a limit. */
    public BatchFault(LogError error, String field, String message) {
        this(error, field, message, OptionalLong.empty());
    }

    @Override
    public String toString() {
        return error + " " + field + ": " + message;
    }
}
