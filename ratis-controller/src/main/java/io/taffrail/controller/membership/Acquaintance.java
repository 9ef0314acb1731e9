// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.membership;

import io.grpc.CallOptions;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.taffrail.api.internal.v1.IntroduceRequest;
import io.taffrail.api.internal.v1.IntroduceResponse;
import io.taffrail.api.internal.v1.QuorumServiceGrpc;
import io.taffrail.model.HostPort;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Asks another controller who it is. */
public final class Acquaintance implements AutoCloseable {
    private final ManagedChannel channel;

    public Acquaintance(PeerConnections connections, HostPort apiAddress) {
        channel = connections.open(apiAddress);
    }

    /** Asks once, as {@link #ask} does, and closes the connection. */
    public static CompletableFuture<Introduction> askOnce(
            PeerConnections connections, HostPort apiAddress, Duration patience) {
        Acquaintance other = new Acquaintance(connections, apiAddress);
        return other.ask(patience).whenComplete((answer, failure) -> other.close());
    }

    /**
     * Fails with a {@link io.grpc.StatusRuntimeException} if there is no answer within {@code
     * patience}, and sooner if nobody listens there.
     */
    public CompletableFuture<Introduction> ask(Duration patience) {
        CompletableFuture<Introduction> answer = new CompletableFuture<>();
        if (channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
            channel.enterIdle(); // else gRPC pauses longer each time before it connects
        }
        ClientCalls.asyncUnaryCall(
                channel.newCall(
                        QuorumServiceGrpc.getIntroduceMethod(),
                        CallOptions.DEFAULT.withDeadlineAfter(
                                patience.toMillis(), TimeUnit.MILLISECONDS)),
                IntroduceRequest.getDefaultInstance(),
                new StreamObserver<IntroduceResponse>() {
                    @Override
                    public void onNext(IntroduceResponse response) {
                        try {
                            answer.complete(IntroductionTranslator.toModel(response));
                        } catch (IllegalArgumentException e) {
                            answer.completeExceptionally(e);
                        }
                    }

                    @Override
                    public void onError(Throwable failure) {
                        answer.completeExceptionally(failure);
                    }

                    @Override
                    public void onCompleted() {}
                });
        return answer;
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
