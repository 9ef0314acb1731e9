// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model.batch;

import io.taffrail.model.LogError;

/**
 * Why a batch is refused.
 *
 * @param error {@code INVALID_BATCH}, {@code UNSUPPORTED_FORMAT} or {@code BATCH_TOO_LARGE}
 * @param field the field at fault, by its name in the protobuf messages
 * @param message what was expected and what was found, for the client's author
 */
public record BatchFault(LogError error, String field, String message) {
    @Override
    public String toString() {
        return error + " " + field + ": " + message;
    }
}
