// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model.batch;

import java.io.IOException;
import java.io.InputStream;

/**
 * Walks records as they come out of a decompressor, in constant memory however large they are: keys
 * and values are passed over. Holds the same rules as {@link RecordCursor}, in the same order, so
 * that both give one verdict; which of two faults is named can differ where a length runs past the
 * end, since a stream does not know its end beforehand. Only for {@link BatchValidator}; one
 * thread.
 */
final class RecordStreamWalker {
    private static final int WINDOW_BYTES = 8 * 1024;
    private static final int NO_TAG = -1;

    private final InputStream in;
    private final byte[] window = new byte[WINDOW_BYTES];
    private int windowAt;
    private int windowEnd;

    /** Bytes of the payload before the window. */
    private long windowPosition;

    private boolean hasKey;
    private long timestampDeltaMs;
    private int offsetDelta = -1;

    RecordStreamWalker(InputStream in) {
        this.in = in;
    }

    /**
     * Moves on to the next record.
     *
     * @throws MalformedRecordsException if the payload breaks a rule
     * @throws CorruptRecordsException from the stream
     */
    boolean next() throws IOException {
        if (windowAt == windowEnd && !fill()) {
            return false;
        }
        if (window[windowAt] != RecordFields.RECORDS_TAG) {
            throw unexpected(RecordFields.RECORDS, Long.MAX_VALUE);
        }
        windowAt++;
        readRecord(fieldEnd(Long.MAX_VALUE));
        return true;
    }

    private void readRecord(long end) throws IOException {
        hasKey = peekTag(end) == RecordFields.KEY_TAG;
        if (hasKey) {
            skipField(end);
        }
        if (peekTag(end) == RecordFields.VALUE_TAG) {
            skipField(end);
        }
        while (peekTag(end) == RecordFields.HEADERS_TAG) {
            windowAt++;
            readHeader(fieldEnd(end));
        }
        timestampDeltaMs = 0;
        if (peekTag(end) == RecordFields.TIMESTAMP_DELTA_TAG) {
            windowAt++;
            long zigzag = varint(end);
            timestampDeltaMs = (zigzag >>> 1) ^ -(zigzag & 1);
        }
        readOffsetDelta(end);
        if (position() != end) {
            throw unexpected(RecordFields.RECORD, end);
        }
    }

    private void readOffsetDelta(long end) throws IOException {
        long delta = offsetDelta + 1L;
        if (peekTag(end) == RecordFields.OFFSET_DELTA_TAG) {
            windowAt++;
            delta = varint(end);
        }
        if (delta <= offsetDelta || delta > Integer.MAX_VALUE) {
            throw RecordFields.offsetDeltaNotAscending(delta, offsetDelta, position());
        }
        offsetDelta = (int) delta;
    }

    private void readHeader(long end) throws IOException {
        if (peekTag(end) == RecordFields.HEADER_KEY_TAG) {
            windowAt++;
            requireUtf8(fieldEnd(end));
        }
        if (peekTag(end) == RecordFields.HEADER_VALUE_TAG) {
            skipField(end);
        }
        if (position() != end) {
            throw unexpected(RecordFields.HEADER, end);
        }
    }

    private void requireUtf8(long end) throws IOException {
        long from = position();
        int state = Utf8Check.COMPLETE;
        while (position() < end && state != Utf8Check.INVALID) {
            state = Utf8Check.next(state, readByte(end));
        }
        if (state != Utf8Check.COMPLETE) {
            throw RecordFields.headerKeyNotUtf8(from);
        }
    }

    /** Passes over a tag, a length and that many bytes. */
    private void skipField(long end) throws IOException {
        windowAt++;
        long fieldEnd = fieldEnd(end);
        while (position() < fieldEnd) {
            if (windowAt == windowEnd && !fill()) {
                throw RecordFields.cutShort(position());
            }
            windowAt += (int) Math.min(fieldEnd - position(), windowEnd - windowAt);
        }
    }

    /** Reads a length, and says where what it measures ends: not beyond {@code end}. */
    private long fieldEnd(long end) throws IOException {
        long from = position();
        long length = varint(end);
        if (length < 0 || length > Integer.MAX_VALUE) {
            throw RecordFields.varintTooLong(from);
        }
        if (length > end - position()) {
            throw RecordFields.cutShort(position());
        }
        return position() + length;
    }

    private long varint(long end) throws IOException {
        long from = position();
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            byte b = readByte(end);
            value |= (long) (b & 0x7F) << shift;
            if (b >= 0) {
                if (b == 0 && shift > 0) {
                    throw RecordFields.varintNotMinimal(from);
                }
                if (shift == 63 && b > 1) {
                    break;
                }
                return value;
            }
        }
        throw RecordFields.varintTooLong(from);
    }

    private MalformedRecordsException unexpected(RecordFields message, long end)
            throws IOException {
        long at = position();
        return message.unexpected(varint(end), at);
    }

    private int peekTag(long end) throws IOException {
        if (position() == end) {
            return NO_TAG;
        }
        if (windowAt == windowEnd && !fill()) {
            throw RecordFields.cutShort(position());
        }
        return window[windowAt];
    }

    private byte readByte(long end) throws IOException {
        if (position() == end || (windowAt == windowEnd && !fill())) {
            throw RecordFields.cutShort(position());
        }
        return window[windowAt++];
    }

    private boolean fill() throws IOException {
        windowPosition += windowEnd;
        windowAt = 0;
        windowEnd = Math.max(in.read(window, 0, window.length), 0);
        return windowEnd > 0;
    }

    private long position() {
        return windowPosition + windowAt;
    }

    int offsetDelta() {
        return offsetDelta;
    }

    long timestampDeltaMs() {
        return timestampDeltaMs;
    }

    boolean hasKey() {
        return hasKey;
    }
}
