// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.taffrail.broker.connection.CallEnd;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Ends a call whose handler threw, so that no client waits for an answer that will not come. A
 * {@link StatusRuntimeException} is an answer; anything else is {@link InternalErrors}' business.
 */
final class UncaughtExceptions implements ServerInterceptor {
    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        GuardedCall<Q, R> guarded = new GuardedCall<>(call);
        try {
            return new GuardedListener<>(next.startCall(guarded, headers), guarded);
        } catch (RuntimeException e) {
            guarded.fail(e);
            return new ServerCall.Listener<>() {};
        }
    }

    /** Closed once, by the handler or for it. */
    private static final class GuardedCall<Q, R> extends SimpleForwardingServerCall<Q, R> {
        private final AtomicBoolean closed = new AtomicBoolean();

        GuardedCall(ServerCall<Q, R> call) {
            super(call);
        }

        void fail(RuntimeException thrown) {
            CallEnd.with(
                    this,
                    InternalErrors.toStatus(thrown, getMethodDescriptor().getFullMethodName()));
        }

        @Override
        public void close(Status status, Metadata trailers) {
            if (closed.compareAndSet(false, true)) {
                super.close(status, trailers);
            }
        }
    }

    private static final class GuardedListener<Q> extends ServerCall.Listener<Q> {
        private final ServerCall.Listener<Q> listener;
        private final GuardedCall<Q, ?> call;

        GuardedListener(ServerCall.Listener<Q> listener, GuardedCall<Q, ?> call) {
            this.listener = listener;
            this.call = call;
        }

        private void guard(Runnable event) {
            try {
                event.run();
            } catch (RuntimeException e) {
                call.fail(e);
            }
        }

        @Override
        public void onMessage(Q message) {
            guard(() -> listener.onMessage(message));
        }

        @Override
        public void onHalfClose() {
            guard(listener::onHalfClose);
        }

        @Override
        public void onCancel() {
            guard(listener::onCancel);
        }

        @Override
        public void onComplete() {
            guard(listener::onComplete);
        }

        @Override
        public void onReady() {
            guard(listener::onReady);
        }
    }
}
