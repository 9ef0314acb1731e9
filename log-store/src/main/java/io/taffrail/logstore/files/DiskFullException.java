// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore.files;

import java.io.IOException;

/** The disk, or this user's quota of it, has no room left. */
public final class DiskFullException extends IOException {
    private static final long serialVersionUID = 1;

    public DiskFullException(String message, Throwable cause) {
        super(message, cause);
    }
}
