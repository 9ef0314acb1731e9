// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.taffrail.api.LogFailure;
import io.taffrail.api.StatusTranslator;
import io.taffrail.api.v1.Demand;
import io.taffrail.api.v1.FetchClose;
import io.taffrail.api.v1.FetchOpen;
import io.taffrail.api.v1.FetchRequest;
import io.taffrail.api.v1.FetchResponse;
import io.taffrail.api.v1.LogServiceGrpc;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client's end of a stream of Fetch, over stock stubs. */
final class FetchReader implements ClientResponseObserver<FetchRequest, FetchResponse> {
    private static final long PATIENCE_SECONDS = 30;

    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final int firstAnswers;
    private ClientCallStreamObserver<FetchRequest> requests;

    /** An answer, or the end of the stream. */
    private record Event(Optional<FetchResponse> answer, Throwable end) {}

    FetchReader(ManagedChannel channel, int answers) {
        this.firstAnswers = answers;
        var unused = LogServiceGrpc.newStub(channel).fetch(this);
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<FetchRequest> observer) {
        requests = observer;
        if (firstAnswers != Integer.MAX_VALUE) {
            observer.disableAutoRequestWithInitial(firstAnswers);
        }
    }

    @Override
    public void onNext(FetchResponse answer) {
        events.add(new Event(Optional.of(answer), null));
    }

    @Override
    public void onError(Throwable thrown) {
        events.add(new Event(Optional.empty(), thrown));
    }

    @Override
    public void onCompleted() {
        events.add(new Event(Optional.empty(), Status.OK.asException()));
    }

    void open(int slot, FetchOpen.Builder open) {
        send(FetchRequest.newBuilder().setSlot(slot).setOpen(open));
    }

    void grant(int slot, Demand.Builder demand) {
        send(FetchRequest.newBuilder().setSlot(slot).setDemand(demand));
    }

    void close(int slot) {
        send(FetchRequest.newBuilder().setSlot(slot).setClose(FetchClose.getDefaultInstance()));
    }

    void send(FetchRequest.Builder request) {
        requests.onNext(request.build());
    }

    /** For one that takes answers by count. */
    void take(int answers) {
        requests.request(answers);
    }

    void halfClose() {
        requests.onCompleted();
    }

    void cancel() {
        requests.cancel("the test is over", null);
    }

    /** The next answer. */
    FetchResponse next() {
        Event event = poll();
        assertThat(event.answer()).as("instead it ended: %s", event.end()).isPresent();
        return event.answer().get();
    }

    /** The next answer, which must be the first of a slot. */
    FetchResponse opened() {
        FetchResponse answer = next();
        assertThat(answer.hasOpened()).as("%s", answer).isTrue();
        return answer;
    }

    /** Answers until they brought so many batches; empty ones are left out. */
    List<FetchResponse> batches(int count) {
        List<FetchResponse> answers = new ArrayList<>();
        int left = count;
        while (left > 0) {
            FetchResponse answer = next();
            if (answer.getBatchesCount() > 0) {
                answers.add(answer);
                left -= answer.getBatchesCount();
            }
        }
        assertThat(left).isZero();
        return answers;
    }

    /** How the stream ends; what comes before is thrown away. */
    Throwable end() {
        while (true) {
            Event event = poll();
            if (event.answer().isEmpty()) {
                return event.end();
            }
        }
    }

    void endsWithOk() {
        assertThat(Status.fromThrowable(end()).getCode()).isEqualTo(Status.Code.OK);
    }

    /** The failure that ends the stream. */
    LogFailure failure() {
        Throwable end = end();
        return StatusTranslator.fromException(end).orElseThrow(() -> new AssertionError(end));
    }

    /** The answer that ends a slot. */
    FetchResponse closed(int slot) {
        while (true) {
            FetchResponse answer = next();
            if (answer.getSlot() == slot && answer.hasClosed()) {
                return answer;
            }
        }
    }

    /** Nothing more has arrived up to now. */
    boolean isQuiet() {
        return events.isEmpty();
    }

    /** Whether something comes within a moment. */
    boolean hasNextSoon() {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(20);
        try {
            while (events.isEmpty() && System.nanoTime() < deadline) {
                TimeUnit.MILLISECONDS.sleep(1);
            }
            return !events.isEmpty();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private Event poll() {
        try {
            Event event = events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertThat(event).as("something must come").isNotNull();
            return event;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
