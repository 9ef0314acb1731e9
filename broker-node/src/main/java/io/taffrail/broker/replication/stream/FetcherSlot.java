// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication.stream;

import io.taffrail.api.internal.v1.ReplicaMarks;
import io.taffrail.api.internal.v1.ReplicateResponse;
import io.taffrail.api.internal.v1.SubscriptionAck;
import io.taffrail.api.internal.v1.SubscriptionClose;
import io.taffrail.api.internal.v1.SubscriptionOpened;
import io.taffrail.broker.Subscription;
import io.taffrail.broker.partition.FollowerOpen;
import io.taffrail.broker.replication.ReplicationTarget;
import io.taffrail.broker.replication.ReplicationTarget.Next;
import io.taffrail.broker.replication.ReplicationTarget.Vouched;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One replica on the stream from its leader: opens it, hands on to it what comes for its present
 * subscription, and says what it vouches for. What may block runs elsewhere, and what comes for the
 * slot meanwhile waits. On the fetcher's thread but for {@link #wake}.
 */
final class FetcherSlot {
    private static final Logger LOG = LoggerFactory.getLogger(FetcherSlot.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    /** A leader may wait 2 s for its metadata, and then reads its disk. */
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(4);

    private static final Duration BEHIND_AT_MOST = Duration.ofSeconds(5);

    /** As many epochs as two logs may have to compare, before it looks like going in circles. */
    private static final int MAX_OPENS_IN_A_ROW = 16;

    private enum State {
        /** To be opened, once there is a call and the pause is over. */
        CLOSED,
        /** The replica makes sure of its log. */
        PREPARING,
        /** The leader has been asked. */
        ASKED,
        FOLLOWING
    }

    private final ReplicaFetcher fetcher;
    private final int number;
    private final ReplicationTarget target;
    private final BackOff backOff;
    private final AtomicBoolean woken = new AtomicBoolean();
    private Subscription listening = () -> {};

    private State state = State.CLOSED;
    private long subscription; // while ASKED or FOLLOWING
    private long openAtNanos; // while CLOSED: not before
    private long askedNanos;
    private long belongsHereNanos;
    private int opensInARow;
    private long logStartOffset; // the last that was handed on
    private Optional<Vouched> acknowledged = Optional.empty();

    private boolean working; // elsewhere
    private final Queue<Runnable> afterWork = new ArrayDeque<>();
    private boolean released;

    FetcherSlot(ReplicaFetcher fetcher, int number, ReplicationTarget target) {
        this.fetcher = fetcher;
        this.number = number;
        this.target = target;
        this.backOff = new BackOff(fetcher.environment().random(), FIRST_PAUSE, LONGEST_PAUSE);
        this.openAtNanos = fetcher.nanoTime();
        this.belongsHereNanos = openAtNanos;
    }

    int number() {
        return number;
    }

    ReplicationTarget target() {
        return target;
    }

    /**
     * Whether another stream is to take the replica over, and may: nobody is at work on it. One
     * that falls behind for a moment stays.
     */
    boolean belongsElsewhere(long nowNanos) {
        if (Traffic.of(target) == fetcher.traffic()) {
            belongsHereNanos = nowNanos;
        }
        Duration patience = fetcher.traffic() == Traffic.IN_SYNC ? BEHIND_AT_MOST : Duration.ZERO;
        return nowNanos - belongsHereNanos > patience.toNanos()
                && !working
                && state != State.PREPARING;
    }

    void listen() {
        listening = target.subscribe(this::wake);
    }

    /** Something has changed with the replica. From any thread; many calls have one effect. */
    private void wake() {
        if (woken.compareAndSet(false, true)) {
            fetcher.later(
                    () -> {
                        woken.set(false);
                        changed();
                    });
        }
    }

    private void changed() {
        if (released) {
            return;
        }
        if (target.isOver()) {
            fetcher.remove(this);
        } else {
            acknowledge();
        }
    }

    void tick(long nowNanos) {
        if (state == State.ASKED && !working && nowNanos - askedNanos > ANSWER_WITHIN.toNanos()) {
            LOG.warn("{}: broker {} does not answer", target.partition(), target.leaderId());
            state = State.CLOSED;
        }
        begin();
    }

    // Opening

    /** Opens if it is closed, unless it is too early. */
    void begin() {
        if (state != State.CLOSED
                || working
                || released
                || fetcher.call().isEmpty()
                || fetcher.nanoTime() - openAtNanos < 0) {
            return;
        }
        state = State.PREPARING;
        var unused =
                opening()
                        .whenComplete(
                                (open, failure) -> fetcher.later(() -> prepared(open, failure)));
    }

    private CompletableFuture<FollowerOpen> opening() {
        try {
            return target.open();
        } catch (RuntimeException e) {
            LOG.error("{} cannot be opened to follow", target.partition(), e);
            return CompletableFuture.failedFuture(e);
        }
    }

    private void prepared(FollowerOpen open, Throwable failure) {
        state = State.CLOSED;
        if (released) {
            return;
        }
        if (failure != null) {
            LOG.debug("{} cannot be opened to follow", target.partition(), failure);
            pause();
            return;
        }
        fetcher.call().ifPresent(call -> ask(call, open));
    }

    private void ask(FetcherCall call, FollowerOpen open) {
        state = State.ASKED;
        askedNanos = fetcher.nanoTime();
        subscription = open.subscription();
        acknowledged = Optional.empty();
        call.open(SubscriptionTranslator.toProto(number, target, open));
    }

    /** The call is gone, and with it every subscription. */
    void disconnected() {
        afterWork.clear();
        if (state != State.PREPARING) {
            state = State.CLOSED;
        }
    }

    // What the leader says

    private boolean isCurrent(long ofSubscription) {
        return !released
                && (state == State.ASKED || state == State.FOLLOWING)
                && ofSubscription == subscription;
    }

    /** An answer or a run, whose bytes are consumed then. */
    void take(FetcherCall call, ReplicaPush push) {
        if (working && !released) {
            afterWork.add(() -> take(call, push));
            return;
        }
        int bytes = push.entries().remaining();
        if (isCurrent(push.header().getSubscription())) {
            takeCurrent(push);
        }
        call.consumed(bytes);
    }

    private void takeCurrent(ReplicaPush push) {
        ReplicateResponse header = push.header();
        if (header.hasClosed()) {
            LOG.debug("{} is not served: {}", target.partition(), header.getClosed().getMessage());
            state = State.CLOSED;
            pause();
        } else if (header.hasOpened()) {
            opened(header.getOpened());
        } else if (state == State.FOLLOWING && push.entries().hasRemaining()) {
            append(push);
        }
    }

    private void opened(SubscriptionOpened opened) {
        switch (opened.getOutcomeCase()) {
            case ACCEPTED -> {
                state = State.FOLLOWING;
                proceed(guarded(() -> target.accepted(subscription)));
                acknowledge();
            }
            case DIVERGENCE ->
                    elsewhere(
                            () ->
                                    target.diverged(
                                            subscription,
                                            SubscriptionTranslator.epochOf(opened.getDivergence()),
                                            opened.getDivergence().getEndOffset()));
            case RESTART ->
                    elsewhere(
                            () ->
                                    target.restart(
                                            subscription,
                                            SubscriptionTranslator.toModel(opened.getRestart())));
            case OUTCOME_NOT_SET -> proceed(Next.PAUSE);
        }
    }

    private void append(ReplicaPush push) {
        Next next =
                guarded(
                        () ->
                                target.append(
                                        SubscriptionTranslator.runOf(push.header()),
                                        push.entries()));
        if (next == Next.FOLLOW) {
            opensInARow = 0;
            backOff.reset();
        }
        proceed(next);
    }

    void take(ReplicaMarks marks) {
        if (working && !released) {
            afterWork.add(() -> take(marks));
            return;
        }
        if (state != State.FOLLOWING || !isCurrent(marks.getSubscription())) {
            return;
        }
        Supplier<Next> handOn =
                () -> {
                    target.marks(marks.getSubscription(), SubscriptionTranslator.toModel(marks));
                    return Next.FOLLOW;
                };
        if (marks.getLogStartOffset() > logStartOffset) {
            logStartOffset = marks.getLogStartOffset();
            elsewhere(handOn); // it waits for the disk
        } else {
            proceed(guarded(handOn));
        }
    }

    // What comes of it

    /** A bug that one replica runs into must not stop the others. */
    private Next guarded(Supplier<Next> step) {
        try {
            return step.get();
        } catch (RuntimeException e) {
            LOG.error("{} cannot go on following", target.partition(), e);
            return Next.PAUSE;
        }
    }

    private void elsewhere(Supplier<Next> step) {
        working = true;
        fetcher.environment()
                .blocking()
                .execute(
                        () -> {
                            Next next = guarded(step);
                            fetcher.later(() -> worked(next));
                        });
    }

    private void worked(Next next) {
        working = false;
        if (released) {
            return;
        }
        if (state == State.CLOSED) {
            begin(); // the call broke meanwhile
        } else {
            proceed(next == Next.FOLLOW && state == State.ASKED ? Next.OPEN : next);
        }
        while (!working && !afterWork.isEmpty()) {
            afterWork.remove().run();
        }
        acknowledge();
    }

    private void proceed(Next next) {
        switch (next) {
            case FOLLOW -> {}
            case OPEN -> {
                unsubscribe(false);
                opensInARow++;
                if (opensInARow > MAX_OPENS_IN_A_ROW) {
                    pause();
                } else {
                    begin();
                }
            }
            case PAUSE -> {
                unsubscribe(true);
                pause();
            }
        }
    }

    /** Closed until a while has passed. */
    private void pause() {
        openAtNanos = fetcher.nanoTime() + backOff.next().toNanos();
    }

    private void unsubscribe(boolean failed) {
        boolean following = state == State.FOLLOWING;
        state = State.CLOSED;
        if (!following) {
            return; // the leader has none: it answered
        }
        SubscriptionClose.Builder close =
                SubscriptionClose.newBuilder().setSlot(number).setSubscription(subscription);
        if (failed) {
            target.badEntryOffset().ifPresent(close::setBadEntryOffset);
        }
        fetcher.call().ifPresent(call -> call.close(close.build()));
    }

    // What the replica vouches for

    private void acknowledge() {
        if (state == State.FOLLOWING && !working) {
            fetcher.call().ifPresent(call -> call.acknowledge(this));
        }
    }

    /** What it vouches for now, if the leader has not heard that yet. */
    Optional<SubscriptionAck> acknowledgement() {
        if (released || state != State.FOLLOWING || working) {
            return Optional.empty();
        }
        Optional<Vouched> now = Optional.of(target.vouched());
        if (now.get().subscription() != subscription || now.equals(acknowledged)) {
            return Optional.empty();
        }
        acknowledged = now;
        return now.map(vouched -> SubscriptionTranslator.toProto(number, vouched));
    }

    // The end

    /** Unsubscribes, and asks nothing more of the replica. */
    void release() {
        listening.close();
        if (state == State.ASKED || state == State.FOLLOWING) {
            state = State.FOLLOWING;
            unsubscribe(false);
        }
        released = true;
        afterWork.forEach(Runnable::run); // which drops what came: its credit is given back
        afterWork.clear();
    }
}
