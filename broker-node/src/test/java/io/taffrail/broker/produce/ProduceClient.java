// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.produce;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.rpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.taffrail.api.LogFailure;
import io.taffrail.api.StatusTranslator;
import io.taffrail.api.v1.Acks;
import io.taffrail.api.v1.LogServiceGrpc;
import io.taffrail.api.v1.NewRecord;
import io.taffrail.api.v1.Opened;
import io.taffrail.api.v1.ProduceAck;
import io.taffrail.api.v1.ProduceOpen;
import io.taffrail.api.v1.ProduceRequest;
import io.taffrail.api.v1.ProduceResponse;
import io.taffrail.api.v1.RecordBatch;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** One Produce stream of a client that has nothing but stock stubs. */
final class ProduceClient {
    /** What the server said, one thing after the other. */
    sealed interface Event {}

    record Ack(ProduceAck ack) implements Event {}

    record SlotOpened(int slot, Opened opened) implements Event {}

    record SlotClosed(int slot, Status status) implements Event {}

    record Idle(int slot) implements Event {}

    record Ended(Throwable error) implements Event {}

    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final Answers answers = new Answers();

    ProduceClient(LogServiceGrpc.LogServiceStub stub) {
        var unused = stub.produce(answers);
    }

    private final class Answers implements ClientResponseObserver<ProduceRequest, ProduceResponse> {
        private ClientCallStreamObserver<ProduceRequest> requests;

        @Override
        public void beforeStart(ClientCallStreamObserver<ProduceRequest> stream) {
            requests = stream;
        }

        @Override
        public void onNext(ProduceResponse response) {
            response.getAcksList().forEach(ack -> events.add(new Ack(ack)));
            if (response.hasOpened()) {
                events.add(new SlotOpened(response.getSlot(), response.getOpened()));
            } else if (response.hasClosed()) {
                events.add(new SlotClosed(response.getSlot(), response.getClosed()));
            } else if (response.getAcksCount() == 0) {
                events.add(new Idle(response.getSlot()));
            }
        }

        @Override
        public void onError(Throwable error) {
            events.add(new Ended(error));
        }

        @Override
        public void onCompleted() {
            events.add(new Ended(null));
        }
    }

    // Requests

    static ProduceOpen openOf(int partition) {
        return ProduceOpen.newBuilder()
                .setTopic("orders")
                .setPartition(partition)
                .setAcks(Acks.ACKS_ALL)
                .build();
    }

    static ProduceRequest.Builder on(int slot) {
        return ProduceRequest.newBuilder().setSlot(slot);
    }

    @CanIgnoreReturnValue
    ProduceClient send(ProduceRequest.Builder request) {
        answers.requests.onNext(request.build());
        return this;
    }

    @CanIgnoreReturnValue
    ProduceClient open(int slot, int partition) {
        return send(on(slot).setOpen(openOf(partition)));
    }

    @CanIgnoreReturnValue
    ProduceClient records(int slot, String... values) {
        ProduceRequest.Builder request = on(slot);
        for (String value : values) {
            NewRecord newRecord = ProduceFixture.newRecord(value);
            request.addRecords(newRecord);
        }
        return send(request);
    }

    @CanIgnoreReturnValue
    ProduceClient batches(int slot, RecordBatch... batches) {
        ProduceRequest.Builder request = on(slot);
        for (RecordBatch batch : batches) {
            request.addBatches(batch);
        }
        return send(request);
    }

    void halfClose() {
        answers.requests.onCompleted();
    }

    void cancel() {
        answers.requests.cancel("the test is over", null);
    }

    /** Whether the transport would take another request without keeping it. */
    boolean isReady() {
        return answers.requests.isReady();
    }

    // Answers

    Event next() {
        try {
            Event event = events.poll(30, SECONDS);
            assertThat(event).as("an answer within 30 s").isNotNull();
            return event;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** What was said, if there is anything that was not heard yet. */
    Optional<Event> poll() {
        return Optional.ofNullable(events.poll());
    }

    private Event nextButIdle() {
        Event event = next();
        while (event instanceof Idle) {
            event = next();
        }
        return event;
    }

    ProduceAck ack() {
        Event event = nextButIdle();
        assertThat(event).isInstanceOf(Ack.class);
        return ((Ack) event).ack();
    }

    Opened opened(int slot) {
        Event event = nextButIdle();
        assertThat(event).isInstanceOf(SlotOpened.class);
        assertThat(((SlotOpened) event).slot()).isEqualTo(slot);
        return ((SlotOpened) event).opened();
    }

    Status closed(int slot) {
        Event event = nextButIdle();
        assertThat(event).isInstanceOf(SlotClosed.class);
        assertThat(((SlotClosed) event).slot()).isEqualTo(slot);
        return ((SlotClosed) event).status();
    }

    LogFailure closedFor(int slot) {
        return StatusTranslator.fromStatus(closed(slot)).orElseThrow();
    }

    /** The status that ended the stream. */
    io.grpc.Status ended() {
        return statusOf(nextButIdle());
    }

    static io.grpc.Status statusOf(Event event) {
        assertThat(event).isInstanceOf(Ended.class);
        Throwable error = ((Ended) event).error();
        return error == null ? io.grpc.Status.OK : io.grpc.Status.fromThrowable(error);
    }

    LogFailure endedFor() {
        Event event = nextButIdle();
        assertThat(event).isInstanceOf(Ended.class);
        return StatusTranslator.fromException(((Ended) event).error()).orElseThrow();
    }

    /** Nothing was said so far, as far as can be told in a short while. */
    void saysNothing() throws InterruptedException {
        assertThat(events.poll(100, MILLISECONDS)).isNull();
    }
}
