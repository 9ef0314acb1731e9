// SPDX-License-Identifier: Apache-2.0
package io.taffrail.node.fuzz;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A call whose messages are bytes, whatever the method takes them for. */
final class RawCall extends ClientCall.Listener<byte[]> {
    private static final MethodDescriptor.Marshaller<byte[]> BYTES =
            new MethodDescriptor.Marshaller<>() {
                @Override
                public InputStream stream(byte[] value) {
                    return new ByteArrayInputStream(value);
                }

                @Override
                public byte[] parse(InputStream stream) {
                    try {
                        return stream.readAllBytes();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }
            };

    private final ClientCall<byte[], byte[]> call;
    private final CompletableFuture<byte[]> answer = new CompletableFuture<>();
    private final CompletableFuture<Status> end = new CompletableFuture<>();

    private RawCall(Channel channel, MethodDescriptor<?, ?> method) {
        // What would be one message of a unary call may be none or several here.
        MethodDescriptor<byte[], byte[]> raw =
                method.toBuilder(BYTES, BYTES)
                        .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
                        .build();
        call = channel.newCall(raw, CallOptions.DEFAULT);
    }

    /** Begins a call, and sends nothing. */
    static RawCall begin(Channel channel, MethodDescriptor<?, ?> method) {
        RawCall raw = new RawCall(channel, method);
        raw.call.start(raw, new Metadata());
        raw.call.request(1_000_000);
        return raw;
    }

    /** Begins a call, sends the messages and no more. */
    static RawCall send(Channel channel, MethodDescriptor<?, ?> method, List<byte[]> messages) {
        RawCall raw = begin(channel, method);
        messages.forEach(raw::message);
        raw.halfClose();
        return raw;
    }

    void message(byte[] bytes) {
        call.sendMessage(bytes);
    }

    void halfClose() {
        call.halfClose();
    }

    void cancel() {
        call.cancel("the test has seen enough", null);
    }

    @Override
    public void onMessage(byte[] message) {
        answer.complete(message);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
        end.complete(status);
    }

    /** How it ended; empty if it goes on after {@code limit}, and then it is cancelled. */
    Optional<Status> endWithin(Duration limit) {
        try {
            return Optional.of(end.get(limit.toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            cancel();
            return Optional.empty();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The first answer or the end; false if neither comes. */
    boolean answeredWithin(Duration limit) {
        try {
            CompletableFuture.anyOf(answer, end).get(limit.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }
}
