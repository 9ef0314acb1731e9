// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore;

import static io.taffrail.model.Invariants.check;

import io.taffrail.logstore.segment.Segment;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/**
 * A run of whole entries in a file, held open: whatever becomes of the segment, the bytes stay
 * readable until {@link #close}. The two ways to take them, by copy and by file region, are
 * interchangeable. Belongs to one reader; a reader that makes no progress for a minute is told that
 * the slice was taken from it ({@link PartitionLog#revokeIdleSlices}).
 */
public final class LogSlice implements LogReadResult, AutoCloseable {
    private final Slices owner;
    private final Segment segment; // null in an empty slice
    private final int generation;
    private final long position;
    private final int bytes;
    private final long nextOffset;

    private volatile long lastUsedNanos;
    private boolean released;

    LogSlice(Slices owner, Segment segment, int generation, Segment.Run run) {
        this.owner = owner;
        this.segment = segment;
        this.generation = generation;
        this.position = run.position();
        this.bytes = run.bytes();
        this.nextOffset = run.nextOffset();
        this.lastUsedNanos = owner.nanoTime();
    }

    private LogSlice(long nextOffset) {
        this.owner = null;
        this.segment = null;
        this.generation = 0;
        this.position = 0;
        this.bytes = 0;
        this.nextOffset = nextOffset;
    }

    static LogSlice empty(long nextOffset) {
        return new LogSlice(nextOffset);
    }

    /** For the reader, while it is not closed. */
    Segment segment() {
        return segment;
    }

    /** Where the slice begins in the segment's file. */
    long position() {
        return position;
    }

    /** Number of bytes; 0 if there was nothing to read yet. */
    public int bytes() {
        return bytes;
    }

    /**
     * Where to read on: one past the last offset in the slice, or the offset that was asked for if
     * it is empty.
     */
    public long nextOffset() {
        return nextOffset;
    }

    /**
     * Copies from {@code from} bytes into the slice on, until {@code target} is full or the slice
     * ends; returns the count.
     */
    public synchronized int read(int from, ByteBuffer target) throws IOException {
        int wanted = Math.min(target.remaining(), bytes - from);
        if (wanted <= 0) {
            return 0;
        }
        requireHeld();
        int limit = target.limit();
        target.limit(target.position() + wanted);
        int count = segment.file().read(position + from, target);
        target.limit(limit);
        requireWhole(count == wanted);
        return count;
    }

    /**
     * Sends from {@code from} bytes into the slice on; returns the count, less than what is left if
     * the target is full.
     */
    public synchronized long transferTo(int from, WritableByteChannel target) throws IOException {
        if (from >= bytes) {
            return 0;
        }
        requireHeld();
        long count = segment.file().transferTo(position + from, (long) bytes - from, target);
        requireWhole(true);
        return count;
    }

    /** The first {@code prefixBytes} of it, which are whole entries, as a slice of its own. */
    LogSlice prefix(int prefixBytes, long prefixNextOffset) throws IOException {
        check(segment.acquire(), "%s is gone while it is held", segment.path());
        LogSlice prefix =
                new LogSlice(
                        owner,
                        segment,
                        generation,
                        new Segment.Run(position, prefixBytes, prefixNextOffset));
        owner.add(prefix);
        return prefix;
    }

    /** All of it. */
    public ByteBuffer copy() throws IOException {
        ByteBuffer copy = ByteBuffer.allocate(bytes);
        read(0, copy);
        return copy.flip();
    }

    private void requireHeld() throws SliceRevokedException {
        if (released) {
            throw new SliceRevokedException("the slice was not read for too long, or is closed");
        }
        lastUsedNanos = owner.nanoTime();
    }

    private void requireWhole(boolean complete) throws SliceRevokedException {
        if (!complete || segment.generation() != generation) {
            throw new SliceRevokedException("the log was truncated under the slice");
        }
    }

    long idleNanos(long nowNanos) {
        return nowNanos - lastUsedNanos;
    }

    @Override
    public synchronized void close() {
        if (segment != null && !released) {
            released = true;
            owner.remove(this);
            segment.release();
        }
    }

    /** The bytes of a slice are not to be had any more; the reader reads again. */
    public static final class SliceRevokedException extends IOException {
        private static final long serialVersionUID = 1;

        SliceRevokedException(String message) {
            super(message);
        }
    }
}
