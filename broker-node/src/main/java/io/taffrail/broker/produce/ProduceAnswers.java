// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.produce;

import com.google.rpc.Status;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.StatusRuntimeException;
import io.taffrail.api.v1.Opened;
import io.taffrail.api.v1.ProduceAck;
import io.taffrail.api.v1.ProduceResponse;
import io.taffrail.broker.connection.CallEnd;

/**
 * The answers of a stream on their way out. Acks are gathered until {@link #flush}; what else is
 * said of a slot comes after the acks before it. Belongs to the stream's turn.
 */
final class ProduceAnswers {
    /** Keeps a response far below what any client accepts. */
    private static final int MAX_ACKS = 1000;

    private final ServerCall<?, ProduceResponse> call;
    private ProduceResponse.Builder gathered = ProduceResponse.newBuilder();
    private boolean headersSent;
    private boolean over;

    ProduceAnswers(ServerCall<?, ProduceResponse> call) {
        this.call = call;
    }

    void ack(ProduceAck ack) {
        gathered.addAcks(ack);
        if (gathered.getAcksCount() >= MAX_ACKS) {
            flush();
        }
    }

    void opened(int slot, Opened opened) {
        flush();
        send(ProduceResponse.newBuilder().setSlot(slot).setOpened(opened).build());
    }

    void closed(int slot, Status status) {
        flush();
        send(ProduceResponse.newBuilder().setSlot(slot).setClosed(status).build());
    }

    /** The slot is open, and there is nothing to say. Not to one who does not listen anyway. */
    void idle(int slot) {
        if (call.isReady()) {
            send(ProduceResponse.newBuilder().setSlot(slot).build());
        }
    }

    void flush() {
        if (gathered.getAcksCount() > 0) {
            ProduceResponse response = gathered.build();
            gathered = ProduceResponse.newBuilder();
            send(response);
        }
    }

    private void send(ProduceResponse response) {
        if (over || call.isCancelled()) {
            return;
        }
        if (!headersSent) {
            headersSent = true;
            call.sendHeaders(new Metadata());
        }
        call.sendMessage(response);
    }

    /** Ends the stream with OK. */
    void end() {
        flush();
        close(io.grpc.Status.OK, new Metadata());
    }

    /** Ends the stream with an error. */
    void end(Rejection why) {
        flush();
        StatusRuntimeException exception = why.toException();
        close(exception.getStatus(), CallEnd.trailers(exception));
    }

    private void close(io.grpc.Status status, Metadata trailers) {
        if (!over && !call.isCancelled()) {
            call.close(status, trailers);
        }
        over = true;
    }

    /** The client is gone. */
    void abandon() {
        over = true;
    }
}
