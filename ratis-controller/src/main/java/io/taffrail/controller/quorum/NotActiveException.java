// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.quorum;

/** A command was not committed here, or it is not known whether it was. */
public final class NotActiveException extends Exception {
    private static final long serialVersionUID = 1;

    public NotActiveException(String message) {
        super(message);
    }

    public NotActiveException(String message, Throwable cause) {
        super(message, cause);
    }
}
