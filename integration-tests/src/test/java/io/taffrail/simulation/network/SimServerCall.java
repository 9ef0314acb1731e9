// SPDX-License-Identifier: Apache-2.0
package io.taffrail.simulation.network;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import java.io.ByteArrayInputStream;

/** The server's end of a call, on the thread of its process for calls. */
final class SimServerCall<Q, R> extends ServerCall<Q, R> {
    private final MethodDescriptor<Q, R> method;
    private final SimConnection connection;
    private final SimClientCall<?, ?> peer;
    private final Inbox inbox = new Inbox(this::deliver, this::taken);
    private final Outbox outbox = new Outbox();
    private Listener<Q> listener;
    private boolean cancelled;
    private boolean closed;

    private SimServerCall(
            MethodDescriptor<Q, R> method, SimConnection connection, SimClientCall<?, ?> peer) {
        this.method = method;
        this.connection = connection;
        this.peer = peer;
    }

    static <Q, R> SimServerCall<Q, R> open(
            ServerMethodDefinition<Q, R> served,
            SimConnection connection,
            SimClientCall<?, ?> peer,
            Metadata headers) {
        SimServerCall<Q, R> call =
                new SimServerCall<>(served.getMethodDescriptor(), connection, peer);
        connection.add(call);
        call.listener = served.getServerCallHandler().startCall(call, headers);
        call.onOwnThread(call::ready);
        return call;
    }

    private void onOwnThread(Runnable action) {
        connection.server().executor().execute(action);
    }

    private void ready() {
        if (isReady()) {
            listener.onReady();
        }
    }

    // From the client

    void message(byte[] bytes) {
        inbox.add(bytes);
    }

    void halfClosed() {
        inbox.end(() -> listener.onHalfClose());
    }

    void cancelled() {
        if (!cancelled && !closed) {
            cancelled = true;
            over();
            listener.onCancel();
        }
    }

    /** The client took some of what was sent. */
    void window(int bytes) {
        if (outbox.taken(bytes)) {
            ready();
        }
    }

    private void deliver(byte[] bytes) {
        listener.onMessage(method.parseRequest(new ByteArrayInputStream(bytes)));
    }

    private void taken(int bytes) {
        connection.toClient(() -> peer.window(bytes));
    }

    private void over() {
        inbox.close();
        connection.remove(this);
    }

    // From the service

    @Override
    public void request(int count) {
        onOwnThread(() -> inbox.request(count));
    }

    @Override
    public void sendHeaders(Metadata headers) {
        Metadata sent = SimClientCall.copyOf(headers);
        connection.toClient(() -> peer.headers(sent));
    }

    @Override
    public void sendMessage(R message) {
        byte[] bytes =
                connection.delivered(
                        method.getFullMethodName(), Outbox.bytesOf(method.streamResponse(message)));
        if (cancelled || closed) {
            return;
        }
        outbox.sent(bytes.length);
        connection.toClient(() -> peer.message(bytes));
    }

    @Override
    public boolean isReady() {
        return !cancelled && !closed && outbox.isReady();
    }

    @Override
    public void close(Status status, Metadata trailers) {
        if (cancelled || closed) {
            return;
        }
        closed = true;
        over();
        Metadata sent = SimClientCall.copyOf(trailers);
        Status told = status.withCause(null); // which no wire carries
        connection.toClient(() -> peer.end(told, sent));
        onOwnThread(() -> listener.onComplete());
    }

    @Override
    public boolean isCancelled() {
        return cancelled;
    }

    @Override
    public MethodDescriptor<Q, R> getMethodDescriptor() {
        return method;
    }
}
