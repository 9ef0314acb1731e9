// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.membership;

/** A group was not changed. The message is for people. */
public final class GroupChangeException extends Exception {
    private static final long serialVersionUID = 1;

    public GroupChangeException(String message, Throwable cause) {
        super(message, cause);
    }
}
