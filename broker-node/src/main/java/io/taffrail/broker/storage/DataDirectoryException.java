// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.storage;

import java.io.IOException;

/**
 * The data directory cannot be used. The message is for the operator: what is wrong, where, and
 * what to do about it.
 */
public final class DataDirectoryException extends IOException {
    private static final long serialVersionUID = 1;

    DataDirectoryException(String message) {
        super(message);
    }

    DataDirectoryException(String message, Throwable cause) {
        super(message, cause);
    }
}
