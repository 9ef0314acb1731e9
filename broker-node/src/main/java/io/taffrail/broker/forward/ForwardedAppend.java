// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.forward;

import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.taffrail.api.v1.ProduceRequest;
import io.taffrail.api.v1.ProduceResponse;
import io.taffrail.broker.replication.PartitionLookup.Elsewhere;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** One batch on its way to its leader: a call of Produce with one request. */
final class ForwardedAppend extends ClientCall.Listener<ProduceResponse> {
    private final ClientCall<ProduceRequest, ProduceResponse> call;
    private final Elsewhere leader;
    private final CompletableFuture<ForwardOutcome<ForwardedAck>> outcome =
            new CompletableFuture<>();
    private int leaderEpoch;
    private Optional<ForwardedAck> ack = Optional.empty();

    private ForwardedAppend(ClientCall<ProduceRequest, ProduceResponse> call, Elsewhere leader) {
        this.call = call;
        this.leader = leader;
        this.leaderEpoch = leader.leaderEpoch();
    }

    /** Sends it. The outcome never fails. */
    static CompletableFuture<ForwardOutcome<ForwardedAck>> send(
            ClientCall<ProduceRequest, ProduceResponse> call,
            ProduceRequest request,
            Elsewhere leader) {
        ForwardedAppend append = new ForwardedAppend(call, leader);
        call.start(append, new Metadata());
        call.sendMessage(request);
        call.halfClose();
        call.request(1);
        return append.outcome;
    }

    @Override
    public void onMessage(ProduceResponse response) {
        if (response.hasOpened()) {
            leaderEpoch = response.getOpened().getLeaderEpoch();
        }
        if (response.getAcksCount() > 0) {
            ack = Optional.of(new ForwardedAck(response.getAcks(0), leaderEpoch));
        }
        call.request(1);
    }

    /** An answer that came counts, whatever the end. */
    @Override
    public void onClose(io.grpc.Status status, Metadata trailers) {
        outcome.complete(
                ack.isPresent()
                        ? new ForwardOutcome.Answered<>(ack.get())
                        : new ForwardOutcome.Failed<>(
                                LeaderAnswers.ended(status, trailers, leader)));
    }
}
