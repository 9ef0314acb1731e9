// SPDX-License-Identifier: Apache-2.0
package io.taffrail.node.errors;

import io.grpc.stub.StreamObserver;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Predicate;

/** The answers of a stream: what it is to say is waited for, and so is its end. */
final class StreamEnd<R> implements StreamObserver<R> {
    private static final long DEADLINE_S = 60;

    private final BlockingQueue<R> answers = new LinkedBlockingQueue<>();
    private final CompletableFuture<Throwable> failure = new CompletableFuture<>();

    @Override
    public void onNext(R answer) {
        answers.add(answer);
    }

    @Override
    public void onError(Throwable thrown) {
        failure.complete(thrown);
    }

    @Override
    public void onCompleted() {
        failure.completeExceptionally(new AssertionError("the stream ended with OK"));
    }

    /** Passes over answers up to one that is as wanted. */
    R await(Predicate<R> wanted) {
        try {
            while (true) {
                R answer = answers.poll(DEADLINE_S, TimeUnit.SECONDS);
                if (answer == null) {
                    throw new AssertionError(
                            "no such answer in time; failure: " + failure.getNow(null));
                }
                if (wanted.test(answer)) {
                    return answer;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Passes over answers up to one that closes a slot with an error. */
    ErrorAnswer closed(Predicate<R> closes, Function<R, com.google.rpc.Status> status) {
        return ErrorAnswer.of(status.apply(await(closes)));
    }

    /** What the stream ended with; it must not be OK. */
    ErrorAnswer failure() {
        try {
            return ErrorAnswer.of(failure.get(DEADLINE_S, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("the stream did not fail", e);
        }
    }
}
