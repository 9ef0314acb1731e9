// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.produce;

import io.grpc.ServerCall;

/**
 * Asks for the client's next message when there is room for it: one at a time, while the requests
 * that wait to be appended are within their limit and the client takes its answers. What is in the
 * log does not count any more, so a slot that waits for its acks holds up nobody. Belongs to the
 * stream's turn.
 */
final class InboundFlow {
    private final ServerCall<?, ?> call;
    private final int maxWaitingBytes;
    private long waitingBytes;
    private boolean asked;
    private boolean stopped;

    InboundFlow(ServerCall<?, ?> call, int maxWaitingBytes) {
        this.call = call;
        this.maxWaitingBytes = maxWaitingBytes;
    }

    /** The message that was asked for came, and is held in memory. */
    void received(int bytes) {
        asked = false;
        waitingBytes += bytes;
    }

    /** It is not held any more. */
    void released(int bytes) {
        waitingBytes -= bytes;
    }

    /** From now on nothing is asked for. */
    void stop() {
        stopped = true;
    }

    /** A client that does not read its answers is not read either: they would pile up here. */
    void askIfThereIsRoom() {
        if (!asked && !stopped && waitingBytes < maxWaitingBytes && call.isReady()) {
            asked = true;
            call.request(1);
        }
    }
}
