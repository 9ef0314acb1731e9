// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.connection;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.taffrail.api.LogFailure;
import io.taffrail.api.StatusTranslator;
import io.taffrail.broker.Subscription;
import io.taffrail.model.LogError;
import java.util.Set;

/**
 * Ends the calls of services that know nothing of a {@link StreamLifetime}, health watches for one,
 * which would else keep an old connection or a stopping server open. Such a call may be ended from
 * another thread than its service's, so what goes out goes out in turn.
 */
public final class EndsWithConnection implements ServerInterceptor {
    private final Set<LogError> reasons;

    private EndsWithConnection(Set<LogError> reasons) {
        this.reasons = Set.copyOf(reasons);
    }

    /** Whatever ends the lifetime ends the calls. */
    public static EndsWithConnection always() {
        return new EndsWithConnection(Set.of(LogError.RECONNECT, LogError.SHUTTING_DOWN));
    }

    /**
     * Only a server that stops ends the calls: for the nodes of a cluster among themselves, whose
     * sessions need not be spread anew.
     */
    public static EndsWithConnection whenStopping() {
        return new EndsWithConnection(Set.of(LogError.SHUTTING_DOWN));
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        EndableCall<Q, R> endable = new EndableCall<>(call);
        Subscription subscription =
                StreamLifetime.of(call)
                        .whenOver(
                                why -> {
                                    if (reasons.contains(why.error())) {
                                        endable.end(why);
                                    }
                                });
        return new Unsubscribing<>(next.startCall(endable, headers), subscription);
    }

    private static final class EndableCall<Q, R> extends SimpleForwardingServerCall<Q, R> {
        private boolean closed;

        EndableCall(ServerCall<Q, R> call) {
            super(call);
        }

        synchronized void end(LogFailure why) {
            if (!closed) {
                closed = true;
                StatusRuntimeException status = StatusTranslator.toException(why);
                super.close(status.getStatus(), status.getTrailers());
            }
        }

        @Override
        public synchronized void sendHeaders(Metadata headers) {
            if (!closed) {
                super.sendHeaders(headers);
            }
        }

        @Override
        public synchronized void sendMessage(R message) {
            if (!closed) {
                super.sendMessage(message);
            }
        }

        @Override
        public synchronized void close(Status status, Metadata trailers) {
            if (!closed) {
                closed = true;
                super.close(status, trailers);
            }
        }
    }

    private static final class Unsubscribing<Q> extends SimpleForwardingServerCallListener<Q> {
        private final Subscription subscription;

        Unsubscribing(ServerCall.Listener<Q> listener, Subscription subscription) {
            super(listener);
            this.subscription = subscription;
        }

        @Override
        public void onCancel() {
            subscription.close();
            super.onCancel();
        }

        @Override
        public void onComplete() {
            subscription.close();
            super.onComplete();
        }
    }
}
