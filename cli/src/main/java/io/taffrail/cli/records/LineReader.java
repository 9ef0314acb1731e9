// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.records;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Splits a stream of bytes at each {@code \n}, and at nothing else, in a buffer that grows to the
 * longest line. What follows the last {@code \n} is a line if it is not empty.
 */
public final class LineReader {
    private static final int CHUNK_BYTES = 1 << 20;
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long NEWLINES = ONES * '\n';
    private static final long HIGH_BITS = ONES << 7;

    private final InputStream in;
    private final int maxLineBytes;
    private byte[] bytes = new byte[CHUNK_BYTES];
    private ByteBuffer line = ByteBuffer.wrap(bytes);
    private int start;
    private int limit;
    private boolean ended;
    private long number;

    /**
     * A reader of {@code in}, which it buffers; a line of more than {@code maxLineBytes} is
     * refused.
     */
    public LineReader(InputStream in, int maxLineBytes) {
        this.in = in;
        this.maxLineBytes = maxLineBytes;
    }

    /** A line is longer than allowed. */
    public static final class LineTooLongException extends Exception {
        private static final long serialVersionUID = 1;
        private final long lineNumber;

        LineTooLongException(long lineNumber) {
            super("line " + lineNumber + " is too long");
            this.lineNumber = lineNumber;
        }

        /** Of the line, from 1. */
        public long lineNumber() {
            return lineNumber;
        }
    }

    /** Steps to the next line; false if there is none. */
    public boolean next() throws IOException, LineTooLongException {
        int scanned = start;
        while (true) {
            int end = indexOfNewline(scanned, limit);
            scanned = limit;
            if (end >= 0) {
                return take(end, end + 1);
            }
            if (ended) {
                return start < limit && take(limit, limit);
            }
            requireNotTooLong(limit - start);
            scanned -= makeRoom();
            int count = in.read(bytes, limit, bytes.length - limit);
            ended = count < 0;
            limit += Math.max(count, 0);
        }
    }

    private boolean take(int end, int next) throws LineTooLongException {
        requireNotTooLong(end - start);
        line.limit(end).position(start);
        start = next;
        number++;
        return true;
    }

    private void requireNotTooLong(int length) throws LineTooLongException {
        if (length > maxLineBytes) {
            throw new LineTooLongException(number + 1);
        }
    }

    /** Moves the line that has begun to the front; returns by how much. */
    private int makeRoom() {
        int moved = start;
        if (limit == bytes.length) {
            byte[] roomier = limit - start > bytes.length / 2 ? new byte[2 * bytes.length] : bytes;
            System.arraycopy(bytes, start, roomier, 0, limit - start);
            if (roomier != bytes) {
                bytes = roomier;
                line = ByteBuffer.wrap(bytes);
            }
            limit -= moved;
            start = 0;
            return moved;
        }
        return 0;
    }

    /** Eight bytes at a time: a zero byte of {@code word ^ NEWLINES} is a newline. */
    private int indexOfNewline(int from, int end) {
        int at = from;
        for (; at <= end - Long.BYTES; at += Long.BYTES) {
            long word = (long) LONG.get(bytes, at) ^ NEWLINES;
            long hits = (word - ONES) & ~word & HIGH_BITS;
            if (hits != 0) {
                return at + (Long.numberOfTrailingZeros(hits) >>> 3);
            }
        }
        for (; at < end; at++) {
            if (bytes[at] == '\n') {
                return at;
            }
        }
        return -1;
    }

    /** The line, without its {@code \n}, between position and limit: good until the next step. */
    public ByteBuffer line() {
        return line;
    }

    /** Of the current line, from 1. */
    public long lineNumber() {
        return number;
    }

    /**
     * Where {@code separator} first stands in the line, as an index of {@link #line()}; -1 if it
     * does not.
     */
    public int indexOf(byte[] separator) {
        for (int at = line.position(); at <= line.limit() - separator.length; at++) {
            if (bytes[at] == separator[0]
                    && Arrays.equals(
                            bytes, at, at + separator.length, separator, 0, separator.length)) {
                return at;
            }
        }
        return -1;
    }
}
