// SPDX-License-Identifier: Apache-2.0
package io.taffrail.simulation.network;

import com.google.common.util.concurrent.MoreExecutors;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.taffrail.simulation.network.SimHost.Endpoint;
import java.io.ByteArrayInputStream;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** The caller's end of a call. Its listener runs on its channel's thread, or where it was told. */
final class SimClientCall<Q, R> extends ClientCall<Q, R> {
    private final SimChannel channel;
    private final Endpoint client;
    private final MethodDescriptor<Q, R> method;
    private final CallOptions options;
    private final Executor callbacks;
    private final Inbox inbox = new Inbox(this::deliver, this::taken);
    private final Outbox outbox = new Outbox();
    private SimConnection connection;
    private Listener<R> listener;
    private SimServerCall<?, ?> peer; // only touched at the server's end
    private boolean closed;

    SimClientCall(
            SimChannel channel,
            Endpoint client,
            MethodDescriptor<Q, R> method,
            CallOptions options) {
        this.channel = channel;
        this.client = client;
        this.method = method;
        this.options = options;
        this.callbacks =
                options.getExecutor() == null
                        ? Runnable::run
                        : MoreExecutors.newSequentialExecutor(options.getExecutor());
    }

    @Override
    public void start(Listener<R> responseListener, Metadata headers) {
        listener = responseListener;
        if (channel.isShutdown()) {
            onOwnThread(() -> broken(Status.UNAVAILABLE.withDescription("channel is shut down")));
            return;
        }
        connection = channel.connection();
        connection.add(this);
        Metadata sent = copyOf(headers);
        connection.toServer(() -> openAtServer(sent));
        onOwnThread(() -> callbacks.execute(this::ready));
        if (options.getDeadline() != null) {
            scheduleDeadline();
        }
    }

    /**
     * gRPC's deadlines are set against the machine's own clock; rounded, so that the time that
     * really passed since then makes no difference between two runs.
     */
    private void scheduleDeadline() {
        long millis = options.getDeadline().timeRemaining(TimeUnit.MILLISECONDS);
        long seconds = Math.max(1, (millis + 999) / 1000);
        channel.network()
                .scheduler()
                .afterNanos(
                        TimeUnit.SECONDS.toNanos(seconds),
                        () ->
                                onOwnThread(
                                        () -> {
                                            if (!closed) {
                                                connection.toServer(this::cancelAtServer);
                                                broken(Status.DEADLINE_EXCEEDED);
                                            }
                                        }));
    }

    private void onOwnThread(Runnable action) {
        client.executor().execute(action);
    }

    private void ready() {
        if (!closed) {
            listener.onReady();
        }
    }

    // At the server's end

    private void openAtServer(Metadata headers) {
        Optional<ServerMethodDefinition<?, ?>> served =
                connection.server().host().method(method.getFullMethodName());
        if (served.isEmpty()) {
            Status unknown =
                    Status.UNIMPLEMENTED.withDescription("no " + method.getFullMethodName());
            connection.toClient(() -> end(unknown, new Metadata()));
        } else {
            peer = SimServerCall.open(served.get(), connection, this, headers);
        }
    }

    private void cancelAtServer() {
        if (peer != null) {
            peer.cancelled();
        }
    }

    // At the client's end

    @Override
    public void request(int count) {
        onOwnThread(() -> inbox.request(count));
    }

    @Override
    public void sendMessage(Q message) {
        if (closed || connection == null) {
            return;
        }
        byte[] bytes = Outbox.bytesOf(method.streamRequest(message));
        outbox.sent(bytes.length);
        connection.toServer(
                () -> {
                    if (peer != null) {
                        peer.message(bytes);
                    }
                });
    }

    @Override
    public void halfClose() {
        if (!closed && connection != null) {
            connection.toServer(
                    () -> {
                        if (peer != null) {
                            peer.halfClosed();
                        }
                    });
        }
    }

    @Override
    public void cancel(String message, Throwable cause) {
        if (closed) {
            return;
        }
        if (connection != null) {
            connection.toServer(this::cancelAtServer);
        }
        Status status = Status.CANCELLED.withDescription(message).withCause(cause);
        onOwnThread(() -> broken(status));
    }

    @Override
    public boolean isReady() {
        return !closed && outbox.isReady();
    }

    /** The server took some of what was sent. */
    void window(int bytes) {
        if (outbox.taken(bytes)) {
            callbacks.execute(this::ready);
        }
    }

    void message(byte[] bytes) {
        inbox.add(bytes);
    }

    void headers(Metadata headers) {
        callbacks.execute(() -> listener.onHeaders(headers));
    }

    private void deliver(byte[] bytes) {
        callbacks.execute(
                () -> listener.onMessage(method.parseResponse(new ByteArrayInputStream(bytes))));
    }

    private void taken(int bytes) {
        connection.toServer(
                () -> {
                    if (peer != null) {
                        peer.window(bytes);
                    }
                });
    }

    /** The server's last word, after everything that it sent. */
    void end(Status status, Metadata trailers) {
        inbox.end(() -> close(status, trailers));
    }

    /** Over at once, whatever was on its way. */
    void broken(Status status) {
        close(status, new Metadata());
    }

    private void close(Status status, Metadata trailers) {
        if (closed) {
            return;
        }
        closed = true;
        inbox.close();
        if (connection != null) {
            connection.remove(this);
        }
        callbacks.execute(() -> listener.onClose(status, trailers));
    }

    static Metadata copyOf(Metadata headers) {
        Metadata copy = new Metadata();
        copy.merge(headers);
        return copy;
    }
}
