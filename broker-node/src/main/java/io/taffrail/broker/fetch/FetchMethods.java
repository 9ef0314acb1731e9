// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.fetch;

import io.grpc.MethodDescriptor;
import io.grpc.ServerMethodDefinition;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.taffrail.api.v1.FetchRequest;
import io.taffrail.api.v1.FetchResponse;
import io.taffrail.api.v1.ListOffsetsRequest;
import io.taffrail.api.v1.ListOffsetsResponse;
import io.taffrail.api.v1.LogServiceGrpc;
import io.taffrail.api.v1.ReadRequest;
import io.taffrail.api.v1.ReadResponse;
import io.taffrail.broker.fetch.serve.ByteBudget;
import io.taffrail.broker.fetch.serve.EntrySource;
import io.taffrail.broker.fetch.serve.FetchAnswer;
import io.taffrail.broker.fetch.serve.FetchAnswerMarshaller;
import io.taffrail.broker.fetch.serve.InjectingAllocator;
import io.taffrail.broker.fetch.serve.ServingPath;
import java.util.List;
import java.util.Optional;

/**
 * The methods of LogService that read: Fetch, Read and ListOffsets. They may run on event loops:
 * nothing in them blocks, but on the readers they are given.
 */
public final class FetchMethods {
    private final FetchServices services;
    private final InjectingAllocator allocator = new InjectingAllocator();
    private final ServingPath path;

    /**
     * Methods that share one budget.
     *
     * @param path see {@link io.taffrail.broker.fetch.serve.ServingSelfTest#choosePath}; INJECTED
     *     works only on a server with this {@linkplain #childAllocator() allocator}
     */
    public FetchMethods(
            FetchEnvironment environment,
            FetchLimits limits,
            FetchObserver observer,
            ServingPath path) {
        this.path = path;
        EntrySource source =
                path == ServingPath.INJECTED ? EntrySource.direct(allocator) : EntrySource.heap();
        this.services =
                new FetchServices(
                        environment,
                        limits,
                        observer,
                        new LogReads(source),
                        new ByteBudget(limits.heldBytes(), observer::heldBytes),
                        injecting());
    }

    /**
     * The allocator for the server's connections: {@code
     * NettyServerBuilder.withChildOption(ChannelOption.ALLOCATOR, ...)}.
     */
    public InjectingAllocator childAllocator() {
        return allocator;
    }

    /** The same, for other methods of that server; empty if it does not work here. */
    public Optional<InjectingAllocator> injecting() {
        return path == ServingPath.INJECTED ? Optional.of(allocator) : Optional.empty();
    }

    /** Bytes of all responses that are on their way to their receivers. */
    public long heldBytes() {
        return services.budget().heldBytes();
    }

    /** Responses that went out without a copy. */
    public long injections() {
        return allocator.injections();
    }

    /** The definitions, of the methods as they are in LogService's descriptor. */
    public List<ServerMethodDefinition<?, ?>> definitions() {
        return List.of(fetch(), read(), listOffsets());
    }

    private ServerMethodDefinition<FetchRequest, FetchAnswer> fetch() {
        MethodDescriptor<FetchRequest, FetchAnswer> method =
                LogServiceGrpc.getFetchMethod().toBuilder(
                                LogServiceGrpc.getFetchMethod().getRequestMarshaller(),
                                new FetchAnswerMarshaller(
                                        FetchResponse.getDefaultInstance(), injecting()))
                        .build();
        return ServerMethodDefinition.create(
                method, (call, headers) -> FetchStream.begin(services, call));
    }

    private ServerMethodDefinition<ReadRequest, ReadResponse> read() {
        return ServerMethodDefinition.create(
                LogServiceGrpc.getReadMethod(), ServerCalls.asyncUnaryCall(this::read));
    }

    private void read(ReadRequest request, StreamObserver<ReadResponse> observer) {
        try {
            new ReadCall(
                            services,
                            ReadBounds.of(request),
                            (ServerCallStreamObserver<ReadResponse>) observer)
                    .begin();
        } catch (InvalidRequestException e) {
            observer.onError(StatusProto.toStatusRuntimeException(e.status()));
        }
    }

    private ServerMethodDefinition<ListOffsetsRequest, ListOffsetsResponse> listOffsets() {
        return ServerMethodDefinition.create(
                LogServiceGrpc.getListOffsetsMethod(),
                ServerCalls.asyncUnaryCall(this::listOffsets));
    }

    private void listOffsets(
            ListOffsetsRequest request, StreamObserver<ListOffsetsResponse> observer) {
        try {
            new ListOffsetsCall(services, (ServerCallStreamObserver<ListOffsetsResponse>) observer)
                    .begin(request);
        } catch (InvalidRequestException e) {
            observer.onError(StatusProto.toStatusRuntimeException(e.status()));
        }
    }
}
