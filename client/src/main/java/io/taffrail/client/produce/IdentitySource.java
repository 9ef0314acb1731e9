// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.produce;

import io.taffrail.api.v1.InitProducerRequest;
import io.taffrail.api.v1.InitProducerResponse;
import io.taffrail.api.v1.LogServiceGrpc;
import io.taffrail.client.TaffrailException;
import io.taffrail.client.connection.Connection;
import io.taffrail.client.connection.UnaryCall;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletionException;

/**
 * Where partitions get the producer's identity from: all the same, until one of them needs the next
 * epoch (KIP-360). The others may keep the old one, as each partition fences by what it has seen.
 * Only on the producer's thread.
 */
final class IdentitySource {
    private final Connection connection;
    private final ProducerTurn turn;
    private final Set<PartitionWriter> waiting = new LinkedHashSet<>();
    private ProducerIdentity newest = ProducerIdentity.NONE;
    private boolean asking;

    IdentitySource(Connection connection, ProducerTurn turn) {
        this.connection = connection;
        this.turn = turn;
    }

    /**
     * Gives a writer an identity, now or later, through {@link PartitionWriter#onIdentity}.
     *
     * @param spent what it must not be any more; {@link ProducerIdentity#NONE}: nothing
     */
    void give(PartitionWriter writer, ProducerIdentity spent) {
        if (!newest.equals(ProducerIdentity.NONE) && !newest.equals(spent)) {
            writer.onIdentity(newest);
            return;
        }
        if (waiting.add(writer) && !asking) {
            ask();
        }
    }

    private void ask() {
        asking = true;
        InitProducerRequest.Builder request = InitProducerRequest.newBuilder();
        if (!newest.equals(ProducerIdentity.NONE)) {
            request.setProducerId(newest.id()).setProducerEpoch(newest.epoch());
        }
        var unused =
                UnaryCall.ask(
                                connection,
                                LogServiceGrpc.getInitProducerMethod(),
                                request.build(),
                                true, // an epoch may be left out
                                "cannot get a producer id")
                        .whenComplete(
                                (answer, failure) -> turn.execute(() -> onAnswer(answer, failure)));
    }

    private void onAnswer(InitProducerResponse answer, Throwable failure) {
        asking = false;
        Set<PartitionWriter> answered = new LinkedHashSet<>(waiting);
        waiting.clear();
        if (answer != null) {
            newest = new ProducerIdentity(answer.getProducerId(), answer.getProducerEpoch());
            answered.forEach(writer -> writer.onIdentity(newest));
            return;
        }
        TaffrailException why = unwrap(failure);
        if (!why.retriable()) {
            newest = ProducerIdentity.NONE; // the next one who asks gets another id
        }
        answered.forEach(writer -> writer.onNoIdentity(why));
    }

    private static TaffrailException unwrap(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause instanceof TaffrailException refused) {
            return refused;
        }
        throw new IllegalStateException("a call failed with what is no answer", cause);
    }
}
