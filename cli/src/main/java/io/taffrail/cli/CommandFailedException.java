// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli;

import java.io.IOException;

/** What was asked for could not be done; the message says what, where, and what to do. */
public final class CommandFailedException extends IOException {
    private static final long serialVersionUID = 1;

    public CommandFailedException(String message) {
        super(message);
    }

    public CommandFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
