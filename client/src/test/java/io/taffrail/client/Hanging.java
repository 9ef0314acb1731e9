// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;

/** Swallows what comes in and goes out of a server that hangs. */
final class Hanging implements ServerInterceptor {
    private final Misdeeds misdeeds;

    Hanging(Misdeeds misdeeds) {
        this.misdeeds = misdeeds;
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        ServerCall<Q, R> mute =
                new SimpleForwardingServerCall<>(call) {
                    @Override
                    public void sendMessage(R message) {
                        if (!misdeeds.hangs) {
                            super.sendMessage(message);
                        }
                    }

                    @Override
                    public void close(Status status, Metadata trailers) {
                        if (!misdeeds.hangs) {
                            super.close(status, trailers);
                        }
                    }
                };
        return new SimpleForwardingServerCallListener<>(next.startCall(mute, headers)) {
            @Override
            public void onMessage(Q message) {
                if (!misdeeds.hangs) {
                    super.onMessage(message);
                }
            }

            @Override
            public void onHalfClose() {
                if (!misdeeds.hangs) {
                    super.onHalfClose();
                }
            }
        };
    }
}
