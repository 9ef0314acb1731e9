// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.produce;

import io.taffrail.api.LogFailure;
import io.taffrail.api.v1.Opened;
import io.taffrail.broker.Subscription;
import io.taffrail.broker.replication.AppendTicket;
import io.taffrail.broker.replication.PartitionLeader;
import io.taffrail.broker.replication.PartitionLookup;
import io.taffrail.logstore.AppendResult;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;

/**
 * One slot of a stream: the way of its requests into one partition's log, and of the answers back,
 * both in the order in which the requests came. A request waits, is appended, is unanswered until
 * its acks are there, and is answered.
 *
 * <p>The first failure ends the slot: nothing is appended after it (P23), what came before it is
 * answered, and then the slot is closed with it. Belongs to the stream's turn, but for the appends
 * of large requests, which run on a worker, one at a time.
 */
final class ProduceSlot implements StreamSlot {
    private final int number;
    private final SlotTerms terms;
    private final StreamParts stream;
    private final StreamSlot.Owner owner;
    private final Queue<SlotRequest> waiting = new ArrayDeque<>();
    private final Queue<Unanswered> unanswered = new ArrayDeque<>();
    private State state = new Opening();
    private boolean appending; // on a worker
    private volatile boolean failed; // what is unanswered stays so; the worker looks
    private Optional<Rejection> ending = Optional.empty();
    private long lastHeardNanos;

    // What the client was told, to be compared on any thread.
    private volatile int toldPartitionCount;
    private volatile int toldMaxBatchBytes;
    private volatile boolean toldNothing = true;

    private sealed interface State {}

    /** The leader is being looked for. */
    private record Opening() implements State {}

    private record Open(PartitionLeader leader, Subscription subscription) implements State {}

    private record Closed() implements State {}

    /** In the log. */
    private record Unanswered(
            SlotRequest.Origin origin,
            List<AppendResult> results,
            CompletableFuture<Optional<LogFailure>> acknowledged) {}

    /**
     * A slot that has yet to be opened.
     *
     * @param owner told once when the slot ended by itself, or is led elsewhere
     */
    ProduceSlot(int number, SlotTerms terms, StreamParts stream, StreamSlot.Owner owner) {
        this.number = number;
        this.terms = terms;
        this.stream = stream;
        this.owner = owner;
    }

    @Override
    public int number() {
        return number;
    }

    // Opening

    void open() {
        stream.whenDone(stream.services().partitions().find(terms.query()), this::onLookup);
    }

    private void onLookup(PartitionLookup lookup) {
        if (!(state instanceof Opening)) {
            return;
        }
        LeaderSearch search = LeaderSearch.of(lookup, terms.mayForward());
        if (search instanceof LeaderSearch.Found found) {
            PartitionLeader leader = found.leader();
            Subscription subscription = leader.subscribe(() -> onLeaderNews(leader));
            state = new Open(leader, subscription);
            tellOpened(leader);
            onLeaderChanged(); // it may have ended before there was a subscription
            advance();
        } else if (search instanceof LeaderSearch.Forwarded forwarded) {
            owner.onLedElsewhere(this, terms, forwarded.leader());
        } else {
            fail(((LeaderSearch.Refused) search).rejection());
        }
    }

    /** Gives what came so far to the slot that takes this one's place, and is not heard again. */
    void handOverTo(StreamSlot other) {
        state = new Closed();
        waiting.forEach(other::take);
        waiting.clear();
        ending.ifPresent(other::refuse);
    }

    private void tellOpened(PartitionLeader leader) {
        Opened opened = stream.openedTranslator().toProto(leader);
        toldPartitionCount = opened.getPartitionCount();
        toldMaxBatchBytes = opened.getMaxBatchBytes();
        toldNothing = false;
        stream.answers().opened(number, opened);
        heard();
    }

    /** On any thread, and often: every move of the high watermark is news. */
    private void onLeaderNews(PartitionLeader leader) {
        if (leader.ended().isPresent() || isNews(leader)) {
            stream.turn().run(this::onLeaderChanged);
        }
    }

    private boolean isNews(PartitionLeader leader) {
        return toldNothing
                || leader.partitionCount() != toldPartitionCount
                || leader.config().maxMessageBytes() != toldMaxBatchBytes;
    }

    private void onLeaderChanged() {
        if (!(state instanceof Open open)) {
            return;
        }
        Optional<LogFailure> ended = open.leader().ended();
        if (ended.isPresent()) {
            settle(); // what was acknowledged before the end is answered
            fail(new Rejection.Failed(ended.get()));
        } else if (isNews(open.leader())) {
            tellOpened(open.leader());
        }
    }

    // Requests

    @Override
    public void take(SlotRequest request) {
        if (isEnding()) {
            stream.flow().released(request.bytes());
        } else if (inFlight() >= stream.services().limits().maxInFlight()) {
            stream.flow().released(request.bytes());
            refuse(StreamSlot.tooManyInFlight(stream.services().limits()));
        } else {
            waiting.add(request);
            advance();
        }
    }

    private int inFlight() {
        return waiting.size() + (appending ? 1 : 0) + unanswered.size();
    }

    @Override
    public void refuse(Rejection why) {
        if (!isEnding()) {
            ending = Optional.of(why);
            settle();
        }
    }

    private boolean isEnding() {
        return ending.isPresent() || state instanceof Closed;
    }

    private void advance() {
        while (state instanceof Open open && !appending && !waiting.isEmpty()) {
            SlotRequest request = waiting.remove();
            if (request.isLarge(stream.services().limits().largeRequestBytes())) {
                appending = true;
                appendOnWorker(open.leader(), request);
            } else {
                onAppended(request, append(open.leader(), request));
            }
        }
        settle();
    }

    private void appendOnWorker(PartitionLeader leader, SlotRequest request) {
        CompletableFuture<AppendOutcome> outcome;
        try {
            outcome =
                    CompletableFuture.supplyAsync(
                            () -> failed ? new AppendOutcome.Dropped() : append(leader, request),
                            stream.services().worker());
        } catch (RejectedExecutionException e) {
            outcome =
                    CompletableFuture.completedFuture(
                            new AppendOutcome.Refused(Rejection.noWorker()));
        }
        stream.whenDone(
                outcome,
                appended -> {
                    appending = false;
                    onAppended(request, appended);
                    advance();
                });
    }

    private AppendOutcome append(PartitionLeader leader, SlotRequest request) {
        return AppendOutcome.of(leader, request, terms, stream.services().clock().wallMs());
    }

    private void onAppended(SlotRequest request, AppendOutcome outcome) {
        stream.flow().released(request.bytes());
        if (failed) {
            return; // one before it failed meanwhile
        }
        if (outcome instanceof AppendOutcome.Accepted accepted) {
            AppendTicket.Accepted ticket = accepted.ticket();
            unanswered.add(
                    new Unanswered(request.origin(), ticket.results(), ticket.acknowledged()));
            if (!ticket.acknowledged().isDone()) {
                stream.whenDone(ticket.acknowledged(), acknowledged -> settle());
            }
        } else {
            discardWaiting();
            ending = Optional.of(((AppendOutcome.Refused) outcome).rejection());
        }
    }

    // Answers

    /** Answers what can be answered, and closes the slot once nothing is left before its end. */
    private void settle() {
        while (!unanswered.isEmpty() && unanswered.element().acknowledged().isDone()) {
            Unanswered next = unanswered.remove();
            Optional<LogFailure> failure = next.acknowledged().join();
            if (failure.isPresent()) {
                fail(new Rejection.Failed(failure.get()));
                return;
            }
            answer(next);
        }
        if (ending.isPresent() && isIdle()) {
            close(ending.get());
        }
    }

    private void answer(Unanswered request) {
        stream.answers().ack(AckTranslator.toProto(number, request.results()));
        heard();
        stream.services()
                .observer()
                .acknowledged(
                        request.origin().records(),
                        lastHeardNanos - request.origin().receivedNanos());
    }

    /** What is unanswered gets no answer any more. */
    private void fail(Rejection why) {
        if (state instanceof Closed) {
            return;
        }
        failed = true;
        unanswered.clear();
        discardWaiting();
        ending = Optional.of(why);
        if (!appending) { // else once it is known that nothing will be appended any more
            close(why);
        }
    }

    private void discardWaiting() {
        waiting.forEach(request -> stream.flow().released(request.bytes()));
        waiting.clear();
    }

    private void close(Rejection why) {
        abandon();
        owner.onClosed(this, why);
    }

    // The stream's matters

    @Override
    public boolean isIdle() {
        return !(state instanceof Opening) && inFlight() == 0;
    }

    @Override
    public void stop() {
        if (state instanceof Opening) {
            abandon();
        } else {
            discardWaiting();
        }
    }

    @Override
    public void abandon() {
        if (state instanceof Open open) {
            open.subscription().close();
        }
        state = new Closed();
        failed = true;
        ending = Optional.empty();
        unanswered.clear();
        discardWaiting();
    }

    @Override
    public void breakSilence(long silenceNanos) {
        if (state instanceof Open
                && stream.services().clock().nanoTime() - lastHeardNanos >= silenceNanos) {
            stream.answers().idle(number);
            heard();
        }
    }

    private void heard() {
        lastHeardNanos = stream.services().clock().nanoTime();
    }
}
