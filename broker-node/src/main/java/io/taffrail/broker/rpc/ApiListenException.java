// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import java.io.IOException;

/** The API's address cannot be listened on; the message says to people why and what to do. */
public final class ApiListenException extends IOException {
    private static final long serialVersionUID = 1L;

    ApiListenException(String message, Throwable cause) {
        super(message, cause);
    }
}
