// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a call is answered with when its handler threw: what was decided as it is; anything else is
 * a bug, told to the client by a number and to the log with its trace.
 */
final class InternalErrors {
    private static final Logger LOG = LoggerFactory.getLogger(InternalErrors.class);

    private InternalErrors() {}

    /** The exception to end a call of {@code method} with. Logs a bug. */
    static StatusRuntimeException toStatus(Throwable thrown, String method) {
        Throwable cause = thrown;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof StatusRuntimeException decided) {
            return decided;
        }
        String id = Long.toHexString(ThreadLocalRandom.current().nextLong());
        LOG.error("a call of {} failed, internal error {}", method, id, cause);
        return Status.INTERNAL
                .withDescription("internal error " + id + "; the broker's log has the details")
                .asRuntimeException();
    }
}
