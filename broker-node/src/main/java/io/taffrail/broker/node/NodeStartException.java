// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.node;

/** A node cannot start; the message says why, where, and what to do. */
public final class NodeStartException extends Exception {
    private static final long serialVersionUID = 1;

    NodeStartException(String message, Throwable cause) {
        super(message, cause);
    }
}
