// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import io.grpc.stub.ServerCallStreamObserver;
import io.taffrail.api.LogFailure;
import io.taffrail.api.StatusTranslator;
import io.taffrail.broker.Subscription;
import io.taffrail.broker.connection.StreamLifetime;
import io.taffrail.broker.metadata.ClusterView;
import io.taffrail.model.LogError;
import java.util.Collections;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A stream that tells a client what changed, at the client's own pace. Nothing is queued: while the
 * stream has no room the news wait where they come from, and what came in between is skipped.
 *
 * <p>Whoever brings something wakes the watch; one thread at a time does its work, on the executor.
 */
final class Watch<R> {
    /** What there is to tell. Called by one thread at a time. */
    @FunctionalInterface
    interface News<R> {
        /** The answers that tell all that changed since the last call; none if nothing did. */
        Iterator<R> next();
    }

    private final ServerCallStreamObserver<R> observer;
    private final News<R> news;
    private final Executor executor;
    private final String method;
    private final AtomicInteger wakeUps = new AtomicInteger();
    private final ConcurrentLinkedQueue<Subscription> subscriptions = new ConcurrentLinkedQueue<>();
    private volatile Optional<LogFailure> over = Optional.empty();
    private volatile boolean begun;
    private volatile boolean ended;

    /** Touched by the working thread only. */
    private Iterator<R> answers = Collections.emptyIterator();

    /** Takes the observer's handlers; so it is made before the handler of the call returns. */
    Watch(ServerCallStreamObserver<R> observer, News<R> news, Executor executor, String method) {
        this.observer = observer;
        this.news = news;
        this.executor = executor;
        this.method = method;
        observer.setOnReadyHandler(this::wake);
        observer.setOnCancelHandler(this::end);
    }

    /** Ends the stream with its connection. */
    void endWith(StreamLifetime lifetime) {
        closeAtEnd(lifetime.whenOver(this::endSoon));
    }

    /**
     * Ends the stream when this broker has lost the controllers: a client that goes on listening
     * here would never hear who leads now.
     */
    void endWhenOutOfTouch(ClusterView view) {
        LogFailure why =
                LogFailure.of(
                        LogError.RECONNECT,
                        "this broker hears of no controller, so its metadata may be old: watch at"
                                + " another broker");
        closeAtEnd(view.whenOutOfTouch(() -> endSoon(why)));
    }

    private void endSoon(LogFailure why) {
        over = Optional.of(why);
        wake();
    }

    /** Closes the subscription when the stream ends. */
    void closeAtEnd(Subscription subscription) {
        subscriptions.add(subscription);
        if (ended) {
            closeSubscriptions();
        }
    }

    /** Begins to tell; nothing is told before. */
    void begin() {
        begun = true;
        wake();
    }

    /** There may be something to do. Any thread; does not block. */
    void wake() {
        if (wakeUps.getAndIncrement() == 0) {
            executor.execute(this::work);
        }
    }

    private void work() {
        int seen;
        do {
            seen = wakeUps.get();
            turn();
        } while (!wakeUps.compareAndSet(seen, 0));
    }

    private void turn() {
        try {
            if (!ended) {
                tell();
            }
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    private void tell() {
        while (over.isEmpty() && begun && observer.isReady() && hasAnswer()) {
            observer.onNext(answers.next());
        }
        if (over.isPresent()) {
            fail(StatusTranslator.toException(over.get()));
        }
    }

    private boolean hasAnswer() {
        if (!answers.hasNext()) {
            answers = news.next();
        }
        return answers.hasNext();
    }

    private void fail(RuntimeException thrown) {
        if (!ended) {
            end();
            observer.onError(InternalErrors.toStatus(thrown, method));
        }
    }

    private void end() {
        ended = true;
        closeSubscriptions();
    }

    private void closeSubscriptions() {
        for (Subscription next = subscriptions.poll(); next != null; next = subscriptions.poll()) {
            next.close();
        }
    }
}
