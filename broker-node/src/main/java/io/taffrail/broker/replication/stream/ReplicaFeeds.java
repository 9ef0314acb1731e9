// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication.stream;

import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.taffrail.api.internal.v1.ReplicaServiceGrpc;
import io.taffrail.api.internal.v1.ReplicateRequest;
import io.taffrail.api.internal.v1.ReplicateResponse;
import io.taffrail.broker.fetch.serve.ByteBudget;
import io.taffrail.broker.fetch.serve.EntrySource;
import io.taffrail.broker.fetch.serve.FetchAnswer;
import io.taffrail.broker.fetch.serve.FetchAnswerMarshaller;
import io.taffrail.broker.fetch.serve.InjectingAllocator;
import java.util.Optional;

/**
 * ReplicaService: what followers call. May run on event loops: nothing blocks, but on the readers.
 */
public final class ReplicaFeeds {
    private final FeedServices services;
    private final Optional<InjectingAllocator> allocator;

    /**
     * The leader's side of replication.
     *
     * @param allocator of the server's connections; empty to copy always
     */
    public ReplicaFeeds(FeedEnvironment environment, Optional<InjectingAllocator> allocator) {
        this.allocator = allocator;
        EntrySource source = allocator.map(EntrySource::direct).orElseGet(EntrySource::heap);
        // What is held is bounded by the credit of the followers' streams, and by what gRPC takes.
        ByteBudget held = new ByteBudget(Long.MAX_VALUE, change -> {});
        this.services = new FeedServices(environment, new FeedReads(source), held);
    }

    /** Bytes of all runs that are on their way to followers. */
    public long heldBytes() {
        return services.held().heldBytes();
    }

    public ServerServiceDefinition service() {
        ServiceDescriptor named = ReplicaServiceGrpc.getServiceDescriptor();
        MethodDescriptor<ReplicateRequest, FetchAnswer> method =
                ReplicaServiceGrpc.getReplicateMethod().toBuilder(
                                ReplicaServiceGrpc.getReplicateMethod().getRequestMarshaller(),
                                new FetchAnswerMarshaller(
                                        ReplicateResponse.getDefaultInstance(), allocator))
                        .build();
        ServiceDescriptor descriptor =
                ServiceDescriptor.newBuilder(named.getName())
                        .setSchemaDescriptor(named.getSchemaDescriptor())
                        .addMethod(method)
                        .build();
        return ServerServiceDefinition.builder(descriptor)
                .addMethod(method, (call, headers) -> ReplicaFeed.begin(services, call))
                .build();
    }
}
