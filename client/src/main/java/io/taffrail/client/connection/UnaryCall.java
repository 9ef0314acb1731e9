// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.connection;

import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.taffrail.model.HostPort;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * One question, tried at one broker after the other. A failure to connect is always tried again, as
 * nothing was sent; what may have been done already is tried again only if that does no harm.
 */
public final class UnaryCall<Q, A> {
    /** For which a repeatable question's time is enough, at the least. */
    private static final int ATTEMPTS = 3;

    private final Connection connection;
    private final MethodDescriptor<Q, A> method;
    private final Q question;
    private final boolean repeatable;
    private final String what;
    private final Backoff backoff = new Backoff();
    private final long deadlineNanos;
    private final CompletableFuture<A> answer = new CompletableFuture<>();
    private Optional<Failure> refusal = Optional.empty(); // the last; one attempt at a time

    private UnaryCall(
            Connection connection,
            MethodDescriptor<Q, A> method,
            Q question,
            boolean repeatable,
            String what) {
        this.connection = connection;
        this.method = method;
        this.question = question;
        this.repeatable = repeatable;
        this.what = what;
        this.deadlineNanos = System.nanoTime() + connection.settings().requestTimeout().toNanos();
    }

    /** Asks what does no harm if it is asked twice. */
    public static <Q, A> CompletableFuture<A> read(
            Connection connection, MethodDescriptor<Q, A> method, Q question, String what) {
        return ask(connection, method, question, true, what);
    }

    /** Asks for what must not be done twice. */
    public static <Q, A> CompletableFuture<A> write(
            Connection connection, MethodDescriptor<Q, A> method, Q question, String what) {
        return ask(connection, method, question, false, what);
    }

    /**
     * Asks.
     *
     * @param repeatable whether asking twice does no harm
     * @param what for people, what was tried: "cannot …"
     * @return the answer, or a {@link io.taffrail.client.TaffrailException}
     */
    public static <Q, A> CompletableFuture<A> ask(
            Connection connection,
            MethodDescriptor<Q, A> method,
            Q question,
            boolean repeatable,
            String what) {
        UnaryCall<Q, A> call = new UnaryCall<>(connection, method, question, repeatable, what);
        call.attempt();
        return connection.track(call.answer);
    }

    private void attempt() {
        if (answer.isDone()) {
            return; // the client is closed
        }
        HostPort address = connection.door();
        CallOptions options =
                CallOptions.DEFAULT.withDeadlineAfter(patienceNanos(), TimeUnit.NANOSECONDS);
        ClientCalls.asyncUnaryCall(
                connection.channels().channel(address, Traffic.CONTROL).newCall(method, options),
                question,
                new Attempt(address));
    }

    /** What can be asked again leaves time for that: a broker that hangs is not the only one. */
    private long patienceNanos() {
        long leftNanos = Math.max(1, deadlineNanos - System.nanoTime());
        long allNanos = connection.settings().requestTimeout().toNanos();
        return repeatable ? Math.min(leftNanos, allNanos / ATTEMPTS) : leftNanos;
    }

    private void failed(Failure failure) {
        if (failure.answer().isEmpty() && failure.code() == Status.Code.DEADLINE_EXCEEDED) {
            connection.channels().failed(failure.address());
        }
        var unreachable = connection.failed(failure);
        if (unreachable.isPresent()) {
            answer.completeExceptionally(unreachable.get());
            return;
        }
        if (failure.answer().isPresent()) {
            refusal = Optional.of(failure);
        }
        boolean again = failure.neverSent() || (repeatable && failure.passes());
        if (!again) {
            answer.completeExceptionally(failure.toException(what));
            return;
        }
        if (System.nanoTime() - deadlineNanos >= 0) {
            // A broker's reason says more than that another one was not reached.
            answer.completeExceptionally(refusal.orElse(failure).toException(what));
            return;
        }
        connection.later(backoff.after(failure), this::attempt);
    }

    private final class Attempt implements StreamObserver<A> {
        private final HostPort address;

        Attempt(HostPort address) {
            this.address = address;
        }

        @Override
        public void onNext(A value) {
            connection.reached(address);
            answer.complete(value);
        }

        @Override
        public void onError(Throwable failure) {
            failed(Failure.of(failure, address));
        }

        @Override
        public void onCompleted() {
            // the answer came with onNext, without which there is an error
        }
    }
}
