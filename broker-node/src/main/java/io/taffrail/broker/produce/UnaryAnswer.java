// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.produce;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.taffrail.broker.connection.CallEnd;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The answer that a unary call waits for. Given once, on any thread; a second one, and one for a
 * client that is gone, are dropped.
 */
final class UnaryAnswer<T> {
    private static final Logger LOG = LoggerFactory.getLogger(UnaryAnswer.class);

    private final ServerCall<?, T> call;
    private final ProduceObserver observer;
    private final AtomicBoolean given = new AtomicBoolean();

    UnaryAnswer(ServerCall<?, T> call, ProduceObserver observer) {
        this.call = call;
        this.observer = observer;
    }

    /** Whether nobody waits for it any more. */
    boolean isCancelled() {
        return call.isCancelled();
    }

    void give(T response) {
        if (mayBeGiven()) {
            call.sendHeaders(new Metadata());
            call.sendMessage(response);
            call.close(Status.OK, new Metadata());
        }
    }

    void reject(Rejection why) {
        observer.failed(why.reason());
        fail(why.toException());
    }

    /** Passes on what was decided here or by another node; everything else is a bug of ours. */
    void reject(Throwable thrown) {
        Throwable cause = thrown instanceof CompletionException ? thrown.getCause() : thrown;
        if (cause instanceof RejectedRequestException rejected) {
            reject(rejected.rejection());
        } else if (cause instanceof StatusRuntimeException answered) {
            observer.failed(answered.getStatus().getCode().name());
            fail(answered);
        } else if (cause instanceof RejectedExecutionException) {
            reject(Rejection.noWorker());
        } else {
            LOG.error("{} failed", call.getMethodDescriptor().getFullMethodName(), cause);
            reject(new Rejection.Bug());
        }
    }

    private void fail(StatusRuntimeException exception) {
        if (mayBeGiven()) {
            CallEnd.with(call, exception);
        }
    }

    private boolean mayBeGiven() {
        return given.compareAndSet(false, true) && !call.isCancelled();
    }
}
