// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller;

/** A controller cannot start. The message is for people: what is wrong, where, and what to do. */
public final class ControllerStartException extends Exception {
    private static final long serialVersionUID = 1;

    public ControllerStartException(String message) {
        super(message);
    }

    public ControllerStartException(String message, Throwable cause) {
        super(message, cause);
    }
}
