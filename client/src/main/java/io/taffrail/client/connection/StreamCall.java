// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.connection;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.taffrail.model.HostPort;
import java.util.function.Consumer;

/**
 * A call to one broker on which both sides go on talking. Answers are asked for one at a time: the
 * next comes when the handler of the one before has returned. To be used by one thread at a time.
 *
 * @param <Q> what is said
 * @param <A> what is answered
 */
public final class StreamCall<Q, A> {
    private final ClientCall<Q, A> call;

    private StreamCall(ClientCall<Q, A> call) {
        this.call = call;
    }

    /**
     * Begins a call.
     *
     * @param onAnswer called by gRPC, one at a time
     * @param onEnd called by gRPC once, also when the broker ended it in order; it may be in the
     *     middle of a call of this object
     */
    public static <Q, A> StreamCall<Q, A> begin(
            BrokerChannels channels,
            HostPort address,
            Traffic traffic,
            MethodDescriptor<Q, A> method,
            Consumer<A> onAnswer,
            Consumer<Failure> onEnd) {
        ClientCall<Q, A> call =
                channels.channel(address, traffic).newCall(method, CallOptions.DEFAULT);
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onMessage(A answer) {
                        onAnswer.accept(answer);
                        call.request(1);
                    }

                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        onEnd.accept(
                                status.isOk()
                                        ? Failure.local("the broker ended the stream", address)
                                        : Failure.of(status, trailers, address));
                    }
                },
                new Metadata());
        call.request(1);
        return new StreamCall<>(call);
    }

    /** Says something. */
    public void send(Q message) {
        call.sendMessage(message);
    }

    /** Says that no more will be said. */
    public void finish() {
        call.halfClose();
    }

    /** Gives the call up. */
    public void cancel(String why) {
        call.cancel(why, null);
    }
}
