// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import io.grpc.Status;

/** Hears of every call that ended, for metrics. Called on any thread; must not block. */
@FunctionalInterface
public interface CallObserver {
    /** Hears nothing. */
    CallObserver NONE = (method, code) -> {};

    /**
     * A call ended.
     *
     * @param method its full name, {@code taffrail.v1.LogService/Read}
     * @param code what the server answered; CANCELLED if the client or the connection was gone
     *     before
     */
    void callEnded(String method, Status.Code code);
}
