// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.fetch;

import com.google.rpc.Status;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ServerCallStreamObserver;
import io.taffrail.api.LogFailure;
import io.taffrail.api.v1.ConsumedRecord;
import io.taffrail.api.v1.ReadResponse;
import io.taffrail.broker.Subscription;
import io.taffrail.broker.fetch.serve.ByteBudget;
import io.taffrail.broker.forward.ForwardOutcome;
import io.taffrail.broker.replication.PartitionLeader;
import io.taffrail.broker.replication.PartitionLookup;
import io.taffrail.broker.replication.PartitionLookup.Elsewhere;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call of Read: looks, waits for a first record if there is none and the caller has time, and
 * answers once. Runs on the readers, one turn at a time.
 */
final class ReadCall {
    private static final Logger LOG = LoggerFactory.getLogger(ReadCall.class);

    /** For a leader's answer once it has waited; the client's own deadline comes before, if any. */
    private static final Duration TIME_TO_ANSWER = Duration.ofSeconds(30);

    private final FetchServices services;
    private final ReadBounds bounds;
    private final ServerCallStreamObserver<ReadResponse> observer;
    private final StreamThread turns;
    private final ReadResponse.Builder response = ReadResponse.newBuilder();

    private PartitionLeader leader; // null until it is found
    private Subscription subscription = () -> {};
    private Future<?> waiting; // null: nobody waits
    private CompletableFuture<ForwardOutcome<ReadResponse>> elsewhere = new CompletableFuture<>();
    private Duration maxWait = Duration.ZERO;
    private boolean mayWait;
    private boolean started;
    private long nextOffset;
    private long responseBytes;
    private boolean over;
    private Optional<ByteBudget.Charge> charge = Optional.empty();

    ReadCall(
            FetchServices services,
            ReadBounds bounds,
            ServerCallStreamObserver<ReadResponse> observer) {
        this.services = services;
        this.bounds = bounds;
        this.observer = observer;
        this.turns = StreamThread.on(services.environment().readers());
    }

    /** Begins, on the thread that gRPC calls. */
    void begin() {
        maxWait = withinDeadline(bounds.maxWait());
        mayWait = !maxWait.isZero();
        observer.setOnCancelHandler(() -> turns.execute(this::closed));
        observer.setOnCloseHandler(() -> turns.execute(this::closed));
        var unused =
                services.environment()
                        .partitions()
                        .find(bounds.query())
                        .thenAccept(lookup -> later(() -> found(lookup)));
    }

    /** A tenth of the time that the caller has is left to the answer's way. */
    private static Duration withinDeadline(Duration wait) {
        Deadline deadline = Context.current().getDeadline();
        if (deadline == null) {
            return wait;
        }
        long leftMs = Math.max(0, deadline.timeRemaining(TimeUnit.MILLISECONDS) * 9 / 10);
        return wait.toMillis() > leftMs ? Duration.ofMillis(leftMs) : wait;
    }

    private void closed() {
        release();
        charge.ifPresent(ByteBudget.Charge::release);
        charge = Optional.empty();
    }

    private void release() {
        over = true;
        elsewhere.cancel(false);
        subscription.close();
        if (waiting != null) {
            waiting.cancel(false);
        }
    }

    private void later(Runnable task) {
        turns.execute(
                () -> {
                    if (over) {
                        return;
                    }
                    try {
                        task.run();
                    } catch (RuntimeException e) {
                        LOG.error("a Read failed", e);
                        fail(
                                Status.newBuilder()
                                        .setCode(io.grpc.Status.Code.INTERNAL.value())
                                        .setMessage("the read failed; the broker's log says why")
                                        .build());
                    }
                });
    }

    private void found(PartitionLookup lookup) {
        LedHere led = LedHere.of(lookup, bounds.mayForward());
        if (led instanceof LedHere.No no) {
            fail(no.status());
            return;
        }
        if (led instanceof LedHere.Forwarded forwarded) {
            forward(forwarded.leader());
            return;
        }
        leader = ((LedHere.Yes) led).leader();
        if (mayWait) {
            subscription = leader.subscribe(() -> later(this::look));
            waiting =
                    services.environment()
                            .timer()
                            .schedule(
                                    () -> later(this::stopWaiting),
                                    maxWait.toMillis(),
                                    TimeUnit.MILLISECONDS);
        }
        look();
    }

    // At another broker

    private void forward(Elsewhere there) {
        charge = services.budget().share().reserve(bounds.maxBytes());
        elsewhere =
                services.environment()
                        .forwarding()
                        .read(
                                bounds.asked().toBuilder()
                                        .setMaxWaitMs((int) maxWait.toMillis())
                                        .build(),
                                maxWait.plus(TIME_TO_ANSWER),
                                there);
        var unused = elsewhere.thenAccept(outcome -> later(() -> passOn(outcome)));
    }

    private void passOn(ForwardOutcome<ReadResponse> outcome) {
        if (outcome instanceof ForwardOutcome.Failed<ReadResponse> failed) {
            fail(failed.why());
            return;
        }
        ReadResponse answer = ((ForwardOutcome.Answered<ReadResponse>) outcome).answer();
        charge.ifPresent(held -> held.resize(answer.getSerializedSize()));
        release();
        observer.onNext(answer);
        observer.onCompleted();
    }

    // Here

    private void stopWaiting() {
        mayWait = false;
        look();
    }

    /** Answers, if there is something or no time is left. */
    private void look() {
        Optional<LogFailure> ended = leader.ended();
        if (ended.isPresent()) {
            fail(ended.get());
            return;
        }
        if (!started && !start()) {
            return;
        }
        Optional<LogFailure> failure = gather();
        if (response.getRecordsCount() > 0) {
            answer();
        } else if (failure.isPresent()) {
            fail(failure.get());
        } else if (!mayWait) {
            answer();
        }
    }

    private boolean start() {
        Start found = Start.find(leader, bounds.start());
        if (found instanceof Start.Refused refused) {
            fail(refused.failure());
            return false;
        }
        if (found instanceof Start.NotYet) {
            if (!mayWait) {
                fail(Failures.highWatermarkUnknown(leader));
            }
            return false;
        }
        nextOffset = ((Start.At) found).offset();
        started = true;
        return true;
    }

    /** Reads until there is enough or nothing more; says why it cannot go on, if so. */
    private Optional<LogFailure> gather() {
        if (charge.isEmpty()) { // a call that holds nothing always gets something
            charge = services.budget().share().reserve(bounds.maxBytes());
        }
        while (true) {
            long bytesLeft = charge.orElseThrow().bytes() - responseBytes;
            int recordsLeft = bounds.maxRecords() - response.getRecordsCount();
            if (bytesLeft <= 0 || recordsLeft <= 0) {
                return Optional.empty();
            }
            ReadOutcome outcome = services.reads().records(plan((int) bytesLeft, recordsLeft));
            if (outcome instanceof ReadOutcome.Failed failed) {
                return Optional.of(failed.failure());
            }
            if (outcome instanceof ReadOutcome.Gap gap) {
                nextOffset = gap.nextOffset();
            } else if (!(outcome instanceof ReadOutcome.Content content) || !add(content)) {
                return Optional.empty();
            }
        }
    }

    private ReadPlan plan(int bytesLeft, int recordsLeft) {
        return new ReadPlan(
                leader,
                nextOffset,
                Long.MAX_VALUE,
                0,
                bytesLeft,
                Integer.MAX_VALUE,
                Long.MAX_VALUE,
                recordsLeft);
    }

    /** Whether there was room for all of it; a single record always has room. */
    private boolean add(ReadOutcome.Content content) {
        for (ConsumedRecord added : content.message().getRecordsList()) {
            if (response.getRecordsCount() > 0
                    && responseBytes + added.getSerializedSize() > charge.orElseThrow().bytes()) {
                return false;
            }
            response.addRecords(added);
            responseBytes += added.getSerializedSize();
            nextOffset = added.getOffset() + 1;
        }
        nextOffset = content.nextOffset();
        return true;
    }

    private void answer() {
        response.setNext(Places.before(leader, nextOffset))
                .setHighWatermark(Places.committedEnd(leader))
                .setLogStartOffset(leader.logStartOffset())
                .setTopicId(leader.partition().topicId().toString());
        charge.ifPresent(held -> held.resize((int) responseBytes));
        release();
        services.observer().served(responseBytes, response.getRecordsCount());
        observer.onNext(response.build());
        observer.onCompleted();
    }

    private void fail(LogFailure failure) {
        fail(Failures.status(failure));
    }

    private void fail(Status why) {
        release();
        observer.onError(StatusProto.toStatusRuntimeException(why));
    }
}
