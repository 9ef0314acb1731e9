// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.fetch.serve;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The allocator of the server's connections. When gRPC's framer asks for the buffer of an answer
 * with entries, it gets one that the entries can be appended to without a copy.
 *
 * <p>The framer asks an answer for its length, then the allocator for a buffer, and then has the
 * answer write itself, all on one thread. The length's call leaves a {@link HandOver} behind, which
 * the allocator honours only for the very capacity that the framer asks for then, and which the
 * answer {@linkplain #claim claims} by its identity: from 1 MiB on all answers ask for the same
 * capacity, and entries must never come into another stream's buffer. Where anything is not as
 * expected (compression, another transport, another framer), the answer is copied.
 */
public final class InjectingAllocator extends PooledByteBufAllocator {
    /** Copying less than this costs less than a composite buffer. */
    static final int MIN_ANSWER_BYTES = 16 << 10;

    /** The framer's prefix: a byte that says "not compressed", and the length in four. */
    static final int PREFIX_BYTES = 5;

    private static final int MAX_FRAMER_CAPACITY = 1 << 20;

    private final FastThreadLocal<HandOver> expected = new FastThreadLocal<>();
    private final AtomicLong injections = new AtomicLong();

    public InjectingAllocator() {
        super(true);
    }

    /** How many answers were sent without a copy so far. */
    public long injections() {
        return injections.get();
    }

    @Override
    public ByteBuf buffer(int initialCapacity, int maxCapacity) {
        HandOver handOver = expected.getIfExists();
        if (handOver == null || handOver.given != null || initialCapacity != handOver.capacity) {
            return super.buffer(initialCapacity, maxCapacity);
        }
        handOver.given = growing(handOver.headBytes);
        return handOver.given;
    }

    /** A buffer that has room for its head, and takes whole buffers as its further components. */
    private CompositeByteBuf growing(int headBytes) {
        ByteBuf head = directBuffer(headBytes, headBytes).writerIndex(headBytes);
        return compositeDirectBuffer(Integer.MAX_VALUE).addComponent(false, head);
    }

    /** The framer is about to ask for the buffer of {@code message}. */
    void expect(AnswerStream message, int messageBytes, int headerBytes) {
        if (messageBytes < MIN_ANSWER_BYTES) {
            expected.remove();
            return;
        }
        int capacity = Math.min(MAX_FRAMER_CAPACITY, PREFIX_BYTES + messageBytes);
        expected.set(new HandOver(message, capacity, PREFIX_BYTES + headerBytes));
    }

    /**
     * The buffer that the framer was given for {@code message}, if it was given one, and nothing
     * but the prefix is in it. Whatever was expected on this thread is forgotten.
     */
    Optional<CompositeByteBuf> claim(AnswerStream message, int messageBytes) {
        HandOver handOver = expected.getIfExists();
        expected.remove();
        if (handOver == null || handOver.message != message || handOver.given == null) {
            return Optional.empty();
        }
        CompositeByteBuf given = handOver.given;
        boolean holdsPrefix =
                given.readableBytes() == PREFIX_BYTES
                        && given.getByte(0) == 0
                        && given.getInt(1) == messageBytes;
        return holdsPrefix ? Optional.of(given) : Optional.empty();
    }

    /** The message is over, sent or not. */
    void forget(AnswerStream message) {
        HandOver handOver = expected.getIfExists();
        if (handOver != null && handOver.message == message) {
            expected.remove();
        }
    }

    void countInjection() {
        injections.incrementAndGet();
    }

    /** What the framer's next request on this thread is expected to be. */
    private static final class HandOver {
        private final AnswerStream message;
        private final int capacity;
        private final int headBytes;
        private CompositeByteBuf given;

        private HandOver(AnswerStream message, int capacity, int headBytes) {
            this.message = message;
            this.capacity = capacity;
            this.headBytes = headBytes;
        }
    }
}
