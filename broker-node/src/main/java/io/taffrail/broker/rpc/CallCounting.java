// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Tells a {@link CallObserver} of each call once: of its close, or that it was cancelled before.
 */
final class CallCounting implements ServerInterceptor {
    private final CallObserver observer;

    CallCounting(CallObserver observer) {
        this.observer = observer;
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        CountedCall<Q, R> counted = new CountedCall<>(call, observer);
        return new SimpleForwardingServerCallListener<>(next.startCall(counted, headers)) {
            @Override
            public void onCancel() {
                counted.ended(Status.Code.CANCELLED);
                super.onCancel();
            }
        };
    }

    private static final class CountedCall<Q, R> extends SimpleForwardingServerCall<Q, R> {
        private final CallObserver observer;
        private final AtomicBoolean ended = new AtomicBoolean();

        CountedCall(ServerCall<Q, R> call, CallObserver observer) {
            super(call);
            this.observer = observer;
        }

        void ended(Status.Code code) {
            if (ended.compareAndSet(false, true)) {
                observer.callEnded(getMethodDescriptor().getFullMethodName(), code);
            }
        }

        @Override
        public void close(Status status, Metadata trailers) {
            ended(status.getCode());
            super.close(status, trailers);
        }
    }
}
