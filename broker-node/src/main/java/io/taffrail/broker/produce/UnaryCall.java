// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.produce;

import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.function.Consumer;

/**
 * Receives the one request of a unary call, and has it handled once it is certain that no other
 * follows.
 */
final class UnaryCall<Q, R> extends ServerCall.Listener<Inbound<Q>> {
    private final UnaryAnswer<R> answer;
    private final Consumer<Inbound.Message<Q>> handler;
    private Inbound<Q> request;

    private UnaryCall(UnaryAnswer<R> answer, Consumer<Inbound.Message<Q>> handler) {
        this.answer = answer;
        this.handler = handler;
    }

    /**
     * Begins to receive.
     *
     * @param handler gets the request, on the transport's thread; what it throws is a bug
     */
    static <Q, R> UnaryCall<Q, R> start(
            ServerCall<Inbound<Q>, R> call,
            UnaryAnswer<R> answer,
            Consumer<Inbound.Message<Q>> handler) {
        call.request(2); // the second to notice a client that sends two
        return new UnaryCall<>(answer, handler);
    }

    @Override
    public void onMessage(Inbound<Q> message) {
        request = message;
    }

    @Override
    public void onHalfClose() {
        if (request == null) {
            answer.reject(
                    Status.INTERNAL
                            .withDescription("the client closed the call without a request")
                            .asRuntimeException());
        } else if (request instanceof Inbound.Malformed<Q> malformed) {
            answer.reject(malformed.rejection());
        } else {
            handle((Inbound.Message<Q>) request);
        }
        request = null;
    }

    private void handle(Inbound.Message<Q> message) {
        try {
            handler.accept(message);
        } catch (RuntimeException e) {
            answer.reject(e);
        }
    }
}
