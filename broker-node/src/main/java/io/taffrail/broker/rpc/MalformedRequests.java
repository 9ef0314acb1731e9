// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import io.grpc.Attributes;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.SecurityLevel;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;

/**
 * Ends a call whose request is no message of its type with INVALID_ARGUMENT. gRPC alone answers
 * UNKNOWN and writes a stack trace, as if the fault were the server's.
 */
final class MalformedRequests {
    private MalformedRequests() {}

    /** The same service; its handlers see only messages. */
    static ServerServiceDefinition refusedBefore(ServerServiceDefinition service) {
        ServiceDescriptor named = service.getServiceDescriptor();
        ServiceDescriptor.Builder descriptor =
                ServiceDescriptor.newBuilder(named.getName())
                        .setSchemaDescriptor(named.getSchemaDescriptor());
        var guarded = service.getMethods().stream().map(MalformedRequests::guarded).toList();
        guarded.forEach(method -> descriptor.addMethod(method.getMethodDescriptor()));
        ServerServiceDefinition.Builder built = ServerServiceDefinition.builder(descriptor.build());
        guarded.forEach(built::addMethod);
        return built.build();
    }

    private static <Q, R> ServerMethodDefinition<?, ?> guarded(
            ServerMethodDefinition<Q, R> definition) {
        MethodDescriptor<Q, R> method = definition.getMethodDescriptor();
        ServerCallHandler<Q, R> handler = definition.getServerCallHandler();
        ServerCallHandler<Received<Q>, R> guard =
                (call, headers) -> {
                    GuardedCall<Q, R> guarded = new GuardedCall<>(call, method);
                    return new GuardedListener<>(handler.startCall(guarded, headers), guarded);
                };
        return ServerMethodDefinition.create(
                method.toBuilder(
                                Received.marshaller(method.getRequestMarshaller()),
                                method.getResponseMarshaller())
                        .build(),
                guard);
    }

    /** To its handler it is cancelled once it was refused. */
    private static final class GuardedCall<Q, R> extends ServerCall<Q, R> {
        private final ServerCall<Received<Q>, R> call;
        private final MethodDescriptor<Q, R> method;
        private volatile boolean refused;

        GuardedCall(ServerCall<Received<Q>, R> call, MethodDescriptor<Q, R> method) {
            this.call = call;
            this.method = method;
        }

        void refuse(Status status) {
            refused = true;
            call.close(status, new Metadata());
        }

        @Override
        public void request(int messages) {
            call.request(messages);
        }

        @Override
        public void sendHeaders(Metadata headers) {
            if (!refused) {
                call.sendHeaders(headers);
            }
        }

        @Override
        public void sendMessage(R message) {
            if (!refused) {
                call.sendMessage(message);
            }
        }

        @Override
        public void close(Status status, Metadata trailers) {
            if (!refused) {
                call.close(status, trailers);
            }
        }

        @Override
        public boolean isReady() {
            return !refused && call.isReady();
        }

        @Override
        public boolean isCancelled() {
            return refused || call.isCancelled();
        }

        @Override
        public MethodDescriptor<Q, R> getMethodDescriptor() {
            return method;
        }

        @Override
        public void setOnReadyThreshold(int bytes) {
            call.setOnReadyThreshold(bytes);
        }

        @Override
        public void setMessageCompression(boolean enabled) {
            call.setMessageCompression(enabled);
        }

        @Override
        public void setCompression(String compressor) {
            call.setCompression(compressor);
        }

        @Override
        public SecurityLevel getSecurityLevel() {
            return call.getSecurityLevel();
        }

        @Override
        public Attributes getAttributes() {
            return call.getAttributes();
        }

        @Override
        public String getAuthority() {
            return call.getAuthority();
        }
    }

    private static final class GuardedListener<Q> extends ServerCall.Listener<Received<Q>> {
        private final ServerCall.Listener<Q> listener;
        private final GuardedCall<Q, ?> call;

        GuardedListener(ServerCall.Listener<Q> listener, GuardedCall<Q, ?> call) {
            this.listener = listener;
            this.call = call;
        }

        @Override
        public void onMessage(Received<Q> received) {
            if (call.refused) {
                return;
            }
            Q message;
            try {
                message = received.orRefuse();
            } catch (StatusRuntimeException e) {
                call.refuse(e.getStatus());
                listener.onCancel();
                return;
            }
            listener.onMessage(message);
        }

        @Override
        public void onHalfClose() {
            if (!call.refused) {
                listener.onHalfClose();
            }
        }

        @Override
        public void onCancel() {
            if (!call.refused) {
                listener.onCancel();
            }
        }

        @Override
        public void onComplete() {
            if (!call.refused) {
                listener.onComplete();
            }
        }

        @Override
        public void onReady() {
            if (!call.refused) {
                listener.onReady();
            }
        }
    }
}
