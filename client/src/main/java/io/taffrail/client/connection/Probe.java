// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.connection;

import io.grpc.CallOptions;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.taffrail.api.v1.AdminServiceGrpc;
import io.taffrail.api.v1.ListTopicsRequest;
import io.taffrail.api.v1.ListTopicsResponse;
import io.taffrail.model.HostPort;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Asks a broker that was silent for a while whether it is still there. A process that is stopped or
 * cut off keeps its connections and says nothing; gRPC's own pings take half a minute to notice.
 */
final class Probe implements StreamObserver<ListTopicsResponse> {
    /** A broker that answered anything so lately is not asked. */
    static final Duration SILENCE = Duration.ofSeconds(1);

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final BrokerChannels channels;
    private final HostPort address;
    private final Runnable onSilence;

    private Probe(BrokerChannels channels, HostPort address, Runnable onSilence) {
        this.channels = channels;
        this.address = address;
        this.onSilence = onSilence;
    }

    /** Asks, unless that is known; {@code onSilence} runs on gRPC's thread if no answer came. */
    static void ask(BrokerChannels channels, HostPort address, Runnable onSilence) {
        if (!channels.answeredWithin(SILENCE, address)) {
            ClientCalls.asyncUnaryCall(
                    channels.channel(address, Traffic.CONTROL)
                            .newCall(
                                    AdminServiceGrpc.getListTopicsMethod(),
                                    CallOptions.DEFAULT.withDeadlineAfter(
                                            PATIENCE.toNanos(), TimeUnit.NANOSECONDS)),
                    ListTopicsRequest.newBuilder().setPageSize(1).build(),
                    new Probe(channels, address, onSilence));
        }
    }

    @Override
    public void onNext(ListTopicsResponse answer) {
        channels.answered(address);
    }

    /** A broker that refuses is there. */
    @Override
    public void onError(Throwable failure) {
        Status.Code code = Status.fromThrowable(failure).getCode();
        if (code == Status.Code.DEADLINE_EXCEEDED || code == Status.Code.UNAVAILABLE) {
            onSilence.run();
        } else {
            channels.answered(address);
        }
    }

    @Override
    public void onCompleted() {
        // the answer came with onNext
    }
}
