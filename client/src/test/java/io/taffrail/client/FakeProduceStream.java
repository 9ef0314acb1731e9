// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.taffrail.api.BatchRefusedException;
import io.taffrail.api.LogFailure;
import io.taffrail.api.RecordBatchTranslator;
import io.taffrail.api.StatusTranslator;
import io.taffrail.api.v1.ProduceAck;
import io.taffrail.api.v1.ProduceOpen;
import io.taffrail.api.v1.ProduceRequest;
import io.taffrail.api.v1.ProduceResponse;
import io.taffrail.model.batch.ProducedBatch;
import java.util.HashMap;
import java.util.Map;

/** A Produce stream as a broker serves it. */
final class FakeProduceStream implements StreamObserver<ProduceRequest> {
    private final FakeBroker broker;
    private final StreamObserver<ProduceResponse> answers;
    private final Map<Integer, ProduceOpen> slots = new HashMap<>();
    private boolean broken;

    FakeProduceStream(FakeBroker broker, StreamObserver<ProduceResponse> answers) {
        this.broker = broker;
        this.answers = answers;
    }

    @Override
    public synchronized void onNext(ProduceRequest request) {
        if (broken) {
            return;
        }
        int slot = request.getSlot();
        LogFailure closing = broker.misdeeds().closings.poll();
        if (closing != null) {
            close(slot, closing);
        } else if (request.hasOpen()) {
            open(slot, request.getOpen());
        } else if (slots.containsKey(slot)) {
            append(slot, slots.get(slot), request);
        }
    }

    private void open(int slot, ProduceOpen open) {
        if (!broker.leads(open.getTopic(), open.getPartition())) {
            close(slot, broker.notHere(open.getTopic(), open.getPartition()));
            return;
        }
        slots.put(slot, open);
        answer(
                ProduceResponse.newBuilder()
                        .setSlot(slot)
                        .setOpened(broker.opened(open.getTopic(), open.getPartition())));
    }

    private void append(int slot, ProduceOpen open, ProduceRequest request) {
        if (!broker.leads(open.getTopic(), open.getPartition())) {
            close(slot, broker.notHere(open.getTopic(), open.getPartition()));
            return;
        }
        if (Misdeeds.takes(broker.misdeeds().breaksBeforeStoring)) {
            breakOff();
            return;
        }
        FakePartition partition = broker.cluster().partition(open.getTopic(), open.getPartition());
        FakePartition.Appended appended = partition.append(batch(request), 0);
        broker.pumpReaders();
        if (appended.refused().isPresent()) {
            close(slot, appended.refused().get());
        } else if (Misdeeds.takes(broker.misdeeds().breaksAfterStoring)) {
            breakOff();
        } else if (!Misdeeds.takes(broker.misdeeds().lostAnswers)
                && !broker.misdeeds().holdsAnswers) {
            acknowledge(slot, appended);
        }
    }

    private static ProducedBatch batch(ProduceRequest request) {
        try {
            return RecordBatchTranslator.toModel(request.getBatches(0));
        } catch (BatchRefusedException e) {
            throw new AssertionError(e);
        }
    }

    private void acknowledge(int slot, FakePartition.Appended appended) {
        ProduceAck.Builder ack =
                ProduceAck.newBuilder().setSlot(slot).setDuplicate(appended.duplicate());
        if (appended.baseOffset() >= 0) {
            ack.setBaseOffset(appended.baseOffset());
            ack.setAppendTimeMs(FakePartition.APPEND_TIME_MS);
        }
        answer(ProduceResponse.newBuilder().addAcks(ack));
    }

    private void close(int slot, LogFailure failure) {
        slots.remove(slot);
        answer(
                ProduceResponse.newBuilder()
                        .setSlot(slot)
                        .setClosed(StatusTranslator.toStatus(failure)));
    }

    private void answer(ProduceResponse.Builder response) {
        answers.onNext(response.build());
    }

    synchronized void breakOff() {
        if (!broken) {
            broken = true;
            broker.ended(this);
            answers.onError(Status.UNAVAILABLE.withDescription("broken on purpose").asException());
        }
    }

    @Override
    public synchronized void onError(Throwable cancelled) {
        broken = true;
        broker.ended(this);
    }

    @Override
    public synchronized void onCompleted() {
        if (!broken) {
            broken = true;
            broker.ended(this);
            answers.onCompleted();
        }
    }
}
