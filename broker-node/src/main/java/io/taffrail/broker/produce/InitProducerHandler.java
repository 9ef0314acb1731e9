// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.produce;

import io.grpc.ServerCall;
import io.taffrail.api.v1.InitProducerRequest;
import io.taffrail.api.v1.InitProducerResponse;

/**
 * InitProducer: a new identity, or the next epoch of one (KIP-360). An epoch needs no word of the
 * controller: whoever has the newest fences the others, partition by partition, as it is seen
 * there.
 */
final class InitProducerHandler {
    private final ProducerIds producerIds;
    private final ProduceObserver observer;

    InitProducerHandler(ProducerIds producerIds, ProduceObserver observer) {
        this.producerIds = producerIds;
        this.observer = observer;
    }

    UnaryCall<InitProducerRequest, InitProducerResponse> start(
            ServerCall<Inbound<InitProducerRequest>, InitProducerResponse> call) {
        UnaryAnswer<InitProducerResponse> answer = new UnaryAnswer<>(call, observer);
        return UnaryCall.start(call, answer, request -> handle(request.value(), answer));
    }

    private void handle(InitProducerRequest request, UnaryAnswer<InitProducerResponse> answer) {
        try {
            requireValid(request);
        } catch (RejectedRequestException e) {
            answer.reject(e.rejection());
            return;
        }
        // After the last epoch there is none that could fence it: the identity is used up.
        if (request.hasProducerId() && request.getProducerEpoch() < Integer.MAX_VALUE) {
            answer.give(identity(request.getProducerId(), request.getProducerEpoch() + 1));
        } else {
            giveNew(answer);
        }
    }

    private static void requireValid(InitProducerRequest request) throws RejectedRequestException {
        if (request.hasProducerId() && !request.hasProducerEpoch()) {
            throw RejectedRequestException.invalid(
                    "producer_epoch", "is missing beside producer_id");
        }
        if (!request.hasProducerId() && request.hasProducerEpoch()) {
            throw RejectedRequestException.invalid(
                    "producer_id", "is missing beside producer_epoch");
        }
        if (request.hasProducerId() && request.getProducerId() <= 0) {
            throw RejectedRequestException.invalid("producer_id", "is not above 0");
        }
        if (request.getProducerEpoch() < 0) {
            throw RejectedRequestException.invalid("producer_epoch", "is below 0");
        }
    }

    private void giveNew(UnaryAnswer<InitProducerResponse> answer) {
        var unused =
                producerIds
                        .next()
                        .whenComplete(
                                (id, thrown) -> {
                                    if (thrown == null) {
                                        answer.give(identity(id, 0));
                                    } else {
                                        answer.reject(thrown);
                                    }
                                });
    }

    private static InitProducerResponse identity(long producerId, int producerEpoch) {
        return InitProducerResponse.newBuilder()
                .setProducerId(producerId)
                .setProducerEpoch(producerEpoch)
                .build();
    }
}
