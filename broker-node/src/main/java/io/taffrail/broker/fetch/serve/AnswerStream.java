// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.fetch.serve;

import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;

/**
 * An answer as gRPC takes it: its length first, then its bytes, either appended to the buffer that
 * {@link InjectingAllocator} gave the framer, or written to where gRPC says. Plain reading works
 * too, for transports that neither frame nor drain.
 */
final class AnswerStream extends InputStream implements KnownLength, Drainable {
    private final FetchAnswer answer;
    private final Optional<InjectingAllocator> allocator;
    private InputStream plain; // set by the first read
    private boolean drained;

    AnswerStream(FetchAnswer answer, Optional<InjectingAllocator> allocator) {
        this.answer = answer;
        this.allocator = allocator;
    }

    @Override
    public int available() throws IOException {
        if (drained) {
            return 0;
        }
        if (plain != null) {
            return plain.available();
        }
        int bytes = answer.serializedBytes();
        if (answer.entryBytes() > 0) {
            allocator.ifPresent(a -> a.expect(this, bytes, answer.header().getSerializedSize()));
        }
        return bytes;
    }

    @Override
    public int drainTo(OutputStream target) throws IOException {
        if (plain != null || drained) {
            return (int) transferTo(target);
        }
        drained = true;
        int bytes = answer.serializedBytes();
        Optional<CompositeByteBuf> given = allocator.flatMap(a -> a.claim(this, bytes));
        answer.header().writeTo(target);
        if (given.isPresent() && endsWithHeader(given.get())) {
            given.get().addComponent(true, answer.detachEntries());
            allocator.get().countInjection();
        } else {
            copyEntries(target);
        }
        return bytes;
    }

    /** Or the header went elsewhere, and so must the entries. */
    private boolean endsWithHeader(CompositeByteBuf given) {
        return given.readableBytes()
                == InjectingAllocator.PREFIX_BYTES + answer.header().getSerializedSize();
    }

    private void copyEntries(OutputStream target) throws IOException {
        if (answer.entryBytes() == 0) {
            return;
        }
        ByteBuf entries = answer.entries();
        entries.getBytes(entries.readerIndex(), target, entries.readableBytes());
        answer.releaseEntries();
    }

    @Override
    public int read() throws IOException {
        return plain().read();
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        return plain().read(into, offset, length);
    }

    private InputStream plain() throws IOException {
        if (plain == null) {
            ByteArrayOutputStream whole = new ByteArrayOutputStream(answer.serializedBytes());
            if (!drained) {
                answer.header().writeTo(whole);
                copyEntries(whole);
            }
            plain = new ByteArrayInputStream(whole.toByteArray());
        }
        return plain;
    }

    /** What was never sent stays with the answer, whose owner closes it. */
    @Override
    public void close() {
        allocator.ifPresent(a -> a.forget(this));
    }
}
