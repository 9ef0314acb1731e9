// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore;

import java.io.IOException;

/**
 * The log takes nothing any more: it is closed, or a write or an fsync failed, or damage was found.
 */
public final class LogFailedException extends IOException {
    private static final long serialVersionUID = 1;

    LogFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
