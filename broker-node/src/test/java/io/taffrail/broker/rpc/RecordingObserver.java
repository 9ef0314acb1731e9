// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import io.grpc.stub.StreamObserver;
import io.taffrail.api.LogFailure;
import io.taffrail.api.StatusTranslator;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Keeps what a stream brings until the test asks for it. */
final class RecordingObserver<R> implements StreamObserver<R> {
    private static final long DEADLINE_SECONDS = 30;

    private final BlockingQueue<R> answers = new LinkedBlockingQueue<>();
    private final CompletableFuture<Throwable> end = new CompletableFuture<>();

    @Override
    public void onNext(R value) {
        answers.add(value);
    }

    @Override
    public void onError(Throwable thrown) {
        end.complete(thrown);
    }

    @Override
    public void onCompleted() {
        end.completeExceptionally(new AssertionError("the stream ended without a failure"));
    }

    R next() throws Exception {
        R answer = answers.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
        if (answer == null) {
            throw new AssertionError("no answer came, the stream: " + end);
        }
        return answer;
    }

    Optional<R> nextIfThere() {
        return Optional.ofNullable(answers.poll());
    }

    boolean ended() {
        return end.isDone();
    }

    Throwable error() throws Exception {
        return end.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    LogFailure failure() throws Exception {
        Throwable error = error();
        return StatusTranslator.fromException(error)
                .orElseThrow(() -> new AssertionError("no failure of Taffrail's", error));
    }
}
