// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.fetch.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.taffrail.api.v1.FetchResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The guards that keep entries out of buffers that are not theirs. */
class InjectingAllocatorTest {
    private static final int LARGE = 2 << 20;

    private final InjectingAllocator allocator = new InjectingAllocator();
    private final ByteBudget budget = new ByteBudget(Long.MAX_VALUE, change -> {});

    @Test
    void appendsTheEntriesToTheBufferThatTheFramerAskedFor() throws IOException {
        AnswerStream stream = stream(LARGE);
        int bytes = stream.available();
        ByteBuf given = allocator.buffer(1 << 20, 1 << 20);
        assertThat(given).isInstanceOf(CompositeByteBuf.class);
        prefix(given, bytes);
        assertThat(stream.drainTo(into(given))).isEqualTo(bytes);
        assertThat(given.readableBytes()).isEqualTo(5 + bytes);
        assertThat(allocator.injections()).isEqualTo(1);
        assertThat(budget.heldBytes()).isEqualTo(LARGE);
        given.release();
        assertThat(budget.heldBytes()).isZero();
    }

    @Test
    void givesAnOrdinaryBufferForAnotherCapacityAndForSmallAnswers() throws IOException {
        AnswerStream stream = stream(LARGE);
        int bytes = stream.available();
        ByteBuf other = allocator.buffer(4096, 4096);
        assertThat(other).isNotInstanceOf(CompositeByteBuf.class);
        other.release();
        copies(stream, bytes);

        AnswerStream small = stream(1000);
        ByteBuf ordinary = allocator.buffer(5 + small.available(), 1 << 20);
        assertThat(ordinary).isNotInstanceOf(CompositeByteBuf.class);
        ordinary.release();
        small.close();
    }

    @Test
    void doesNotGiveTheBufferOfOneAnswerToAnother() throws IOException {
        AnswerStream first = stream(LARGE);
        int bytes = first.available();
        ByteBuf given = allocator.buffer(1 << 20, 1 << 20);
        prefix(given, bytes);
        copies(stream(LARGE), bytes); // forgets what was expected on this thread
        copies(first, bytes);
        assertThat(given.readableBytes()).isEqualTo(5);
        given.release();
    }

    @Test
    void doesNotAppendToABufferThatHoldsSomethingElse() throws IOException {
        AnswerStream stream = stream(LARGE);
        int bytes = stream.available();
        ByteBuf given = allocator.buffer(1 << 20, 1 << 20);
        prefix(given, bytes + 1);
        copies(stream, bytes);
        given.release();
    }

    @Test
    void forgetsAnAnswerThatIsNotSent() throws IOException {
        AnswerStream stream = stream(LARGE);
        assertThat(stream.available()).isPositive();
        stream.close();
        ByteBuf ordinary = allocator.buffer(1 << 20, 1 << 20);
        assertThat(ordinary).isNotInstanceOf(CompositeByteBuf.class);
        ordinary.release();
    }

    private void copies(AnswerStream stream, int bytes) throws IOException {
        long before = allocator.injections();
        ByteArrayOutputStream copied = new ByteArrayOutputStream();
        assertThat(stream.drainTo(copied)).isEqualTo(bytes);
        assertThat(copied.size()).isEqualTo(bytes);
        assertThat(allocator.injections()).isEqualTo(before);
    }

    private AnswerStream stream(int entryBytes) {
        ByteBuf entries = allocator.directBuffer(entryBytes, entryBytes).writeZero(entryBytes);
        return new AnswerStream(
                FetchAnswer.of(
                        FetchResponse.newBuilder().setSlot(7).build(),
                        entries,
                        budget.share().reserve(entryBytes).orElseThrow()),
                Optional.of(allocator));
    }

    private static void prefix(ByteBuf buffer, int bytes) {
        buffer.writeByte(0).writeInt(bytes);
    }

    private static OutputStream into(ByteBuf buffer) {
        return new OutputStream() {
            @Override
            public void write(int b) {
                buffer.writeByte(b);
            }
        };
    }
}
