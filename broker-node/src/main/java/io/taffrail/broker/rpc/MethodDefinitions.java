// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import static io.taffrail.model.Invariants.check;

import io.grpc.MethodDescriptor;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.taffrail.broker.connection.StreamLifetime;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Makes services of handlers, method by method, each bound to its generated descriptor. */
final class MethodDefinitions {
    private MethodDefinitions() {}

    /** Answers a call with a stream. */
    interface StreamingHandler<Q, R> {
        /** Sets the observer's handlers before it returns. */
        void start(Q request, ServerCallStreamObserver<R> observer, StreamLifetime lifetime);
    }

    /**
     * Answers a call once. What the handler throws, or its future fails with, becomes the status.
     */
    static <Q, R> ServerMethodDefinition<?, ?> unary(
            MethodDescriptor<Q, R> method, Function<Q, CompletableFuture<R>> handler) {
        return ServerMethodDefinition.create(
                method,
                ServerCalls.asyncUnaryCall(
                        (request, observer) -> answer(method, handler.apply(request), observer)));
    }

    private static <Q, R> void answer(
            MethodDescriptor<Q, R> method,
            CompletableFuture<R> answer,
            StreamObserver<R> observer) {
        ((ServerCallStreamObserver<R>) observer)
                .setOnCancelHandler(() -> {}); // an answer that comes later is dropped, no error
        var unused =
                answer.handle(
                                (response, thrown) -> {
                                    finish(method, response, thrown, observer);
                                    return null;
                                })
                        .exceptionally( // a bug of ours: nothing else would say so
                                bug -> InternalErrors.toStatus(bug, method.getFullMethodName()));
    }

    private static <R> void finish(
            MethodDescriptor<?, R> method,
            R response,
            Throwable thrown,
            StreamObserver<R> observer) {
        if (thrown == null) {
            observer.onNext(response);
            observer.onCompleted();
        } else {
            observer.onError(InternalErrors.toStatus(thrown, method.getFullMethodName()));
        }
    }

    /** Answers a call with a stream that ends with its connection. */
    static <Q, R> ServerMethodDefinition<?, ?> serverStreaming(
            MethodDescriptor<Q, R> method, StreamingHandler<Q, R> handler) {
        ServerCallHandler<Q, R> calls =
                (call, headers) -> {
                    StreamLifetime lifetime = StreamLifetime.of(call);
                    return ServerCalls.<Q, R>asyncServerStreamingCall(
                                    (request, observer) ->
                                            handler.start(
                                                    request,
                                                    (ServerCallStreamObserver<R>) observer,
                                                    lifetime))
                            .startCall(call, headers);
                };
        return ServerMethodDefinition.create(method, calls);
    }

    /** Answers UNIMPLEMENTED. */
    static <Q, R> ServerMethodDefinition<?, ?> unimplemented(MethodDescriptor<Q, R> method) {
        return unary(
                method,
                request -> {
                    throw Status.UNIMPLEMENTED
                            .withDescription(
                                    "this version of Taffrail does not have "
                                            + method.getBareMethodName()
                                            + " yet")
                            .asRuntimeException();
                });
    }

    /**
     * A service under the name and schema of {@code generated}, so that clients and reflection see
     * no difference.
     *
     * @throws io.taffrail.model.BrokenInvariantException if a method is missing or not of the
     *     service
     */
    static ServerServiceDefinition service(
            ServiceDescriptor generated, Collection<ServerMethodDefinition<?, ?>> definitions) {
        check(
                methodNames(generated).equals(methodNames(definitions)),
                "%s has the methods %s, given are %s",
                generated.getName(),
                methodNames(generated),
                methodNames(definitions));
        ServiceDescriptor.Builder descriptor =
                ServiceDescriptor.newBuilder(generated.getName())
                        .setSchemaDescriptor(generated.getSchemaDescriptor());
        definitions.forEach(definition -> descriptor.addMethod(definition.getMethodDescriptor()));
        ServerServiceDefinition.Builder service =
                ServerServiceDefinition.builder(descriptor.build());
        definitions.forEach(service::addMethod);
        return service.build();
    }

    private static Set<String> methodNames(ServiceDescriptor descriptor) {
        Set<String> names = new HashSet<>();
        descriptor.getMethods().forEach(method -> names.add(method.getFullMethodName()));
        return names;
    }

    private static Set<String> methodNames(Collection<ServerMethodDefinition<?, ?>> definitions) {
        Set<String> names = new HashSet<>();
        definitions.forEach(
                definition -> names.add(definition.getMethodDescriptor().getFullMethodName()));
        return names;
    }
}
