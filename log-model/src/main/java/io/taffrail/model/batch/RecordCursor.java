// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model.batch;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Walks the records of an uncompressed payload where they lie, one {@link #next()} each, and holds
 * every rule of the payload on the way: what it lets pass, every protobuf parser reads the same.
 * Copies and allocates nothing for a record, unless asked for its key, value or headers. The rules
 * that tie records to their batch's header are {@link BatchValidator}'s.
 *
 * <p>For producers, brokers and consumers alike; one thread at a time. The buffer must not change
 * meanwhile. After a {@link MalformedRecordsException} only {@link #reset} is of use.
 */
public final class RecordCursor {
    private static final int NO_TAG = -1; // as a byte, the first of a tag that is never known here

    private ByteBuffer buffer;
    private int start;
    private int limit;

    private int recordPosition;
    private int recordEnd;
    private int bodyPosition;
    private int keyPosition;
    private int keyBytes;
    private int valuePosition;
    private int valueBytes;
    private int headersPosition;
    private int headerCount;
    private long timestampDeltaMs;
    private boolean hasOffsetDelta;
    private int offsetDelta;

    private int varintEnd;

    /**
     * A cursor before the first record.
     *
     * @param records the payload between its position and its limit, both of which stay
     */
    public RecordCursor(ByteBuffer records) {
        reset(records);
    }

    /** Turns this cursor to another payload, before its first record. */
    public void reset(ByteBuffer records) {
        buffer = records.asReadOnlyBuffer(); // so that a slice of it is read-only too
        start = records.position();
        limit = records.limit();
        recordPosition = start;
        recordEnd = start;
        offsetDelta = -1;
    }

    /**
     * Moves on to the next record.
     *
     * @return whether there is one
     * @throws MalformedRecordsException if the payload breaks a rule
     */
    public boolean next() {
        ByteBuffer b = buffer;
        int end = limit;
        int at = recordEnd;
        recordPosition = at;
        if (at == end) {
            return false;
        }
        if (isPlainRecord(b, at)) {
            return true;
        }
        if (b.get(at) != RecordFields.RECORDS_TAG) {
            throw unexpected(RecordFields.RECORDS, at, end);
        }
        at++;
        int length = shortLength(b, at, end);
        if (length >= 0) {
            at++;
        } else {
            length = longLength(at, end);
            at = varintEnd;
        }
        if (length > end - at) {
            throw RecordFields.cutShort(at - start);
        }
        end = at + length;
        recordEnd = end;
        bodyPosition = at;
        readFields(b, at, end);
        return true;
    }

    /**
     * Reads a record of the commonest form: perhaps a short key, a value, perhaps a small timestamp
     * delta, and nothing else. Such records are most of an append's work, and a tag with the length
     * behind it comes in one load here. Whatever does not fit, right or wrong, is left to the long
     * way, which alone knows all the rules.
     */
    private boolean isPlainRecord(ByteBuffer b, int from) {
        int lastWord = limit - Long.BYTES;
        if (from > lastWord || offsetDelta == Integer.MAX_VALUE) {
            return false;
        }
        long word = RecordBatchLayout.getLong(b, from);
        int prefix = prefixBytes(word, RecordFields.RECORDS_TAG);
        int at = from + prefix;
        int body = at;
        int end = at + shortVarint(word);
        if (prefix == 0 || end > lastWord) {
            return false;
        }
        word >>>= prefix * Byte.SIZE;
        int key = -1;
        if ((word & 0x80FF) == RecordFields.KEY_TAG) {
            key = (int) word >>> 8 & 0x7F;
            at += 2 + key;
            if (at > end) {
                return false;
            }
            word = RecordBatchLayout.getLong(b, at);
        }
        int afterKey = at;
        prefix = prefixBytes(word, RecordFields.VALUE_TAG);
        int value = shortVarint(word);
        at += prefix + value;
        if (prefix == 0 || at > end) {
            return false;
        }
        int valueAt = at - value;
        long zigzag = 0;
        if (at != end) {
            word = RecordBatchLayout.getLong(b, at);
            prefix = prefixBytes(word, RecordFields.TIMESTAMP_DELTA_TAG);
            if (prefix == 0 || at + prefix != end) {
                return false;
            }
            zigzag = shortVarint(word);
        }
        recordEnd = end;
        bodyPosition = body;
        keyPosition = afterKey - key;
        keyBytes = key;
        valuePosition = valueAt;
        valueBytes = value;
        headerCount = 0;
        timestampDeltaMs = (zigzag >>> 1) ^ -(zigzag & 1);
        hasOffsetDelta = false;
        offsetDelta++;
        return true;
    }

    /** Size of a tag and a varint of one or two bytes, 0 if the word does not begin with them. */
    private static int prefixBytes(long word, int tag) {
        if ((word & 0x80FF) == tag) {
            return 2;
        }
        boolean isTwoBytes = (word & 0x8080FF) == (0x8000 | tag);
        return isTwoBytes && (word & 0x7F0000) != 0 ? 3 : 0;
    }

    /** The varint behind a word's first byte, which {@link #prefixBytes} found to be short. */
    private static int shortVarint(long word) {
        int low = (int) word >>> 8 & 0x7F;
        return (word & 0x8000) == 0 ? low : low | ((int) word >>> 16 & 0x7F) << 7;
    }

    /** Looks for each field in turn, so that a field out of order or there twice is left over. */
    private void readFields(ByteBuffer b, int from, int end) {
        int at = from;
        int tag = tagAt(b, at, end);

        keyBytes = -1;
        if (tag == RecordFields.KEY_TAG) {
            int length = shortLength(b, ++at, end);
            if (length >= 0) {
                at++;
            } else {
                length = longLength(at, end);
                at = varintEnd;
            }
            if (length > end - at) {
                throw RecordFields.cutShort(at - start);
            }
            keyPosition = at;
            keyBytes = length;
            at += length;
            tag = tagAt(b, at, end);
        }

        valueBytes = -1;
        if (tag == RecordFields.VALUE_TAG) {
            int length = shortLength(b, ++at, end);
            if (length >= 0) {
                at++;
            } else {
                length = longLength(at, end);
                at = varintEnd;
            }
            if (length > end - at) {
                throw RecordFields.cutShort(at - start);
            }
            valuePosition = at;
            valueBytes = length;
            at += length;
            tag = tagAt(b, at, end);
        }

        headerCount = 0;
        if (tag == RecordFields.HEADERS_TAG) {
            at = readHeaders(b, at, end);
            tag = tagAt(b, at, end);
        }

        timestampDeltaMs = 0;
        if (tag == RecordFields.TIMESTAMP_DELTA_TAG) {
            long zigzag = shortLength(b, ++at, end);
            if (zigzag >= 0) {
                at++;
            } else {
                zigzag = varint(at, end);
                at = varintEnd;
            }
            timestampDeltaMs = (zigzag >>> 1) ^ -(zigzag & 1);
            tag = tagAt(b, at, end);
        }

        int before = offsetDelta;
        hasOffsetDelta = tag == RecordFields.OFFSET_DELTA_TAG;
        if (hasOffsetDelta) {
            at = readOffsetDelta(at + 1, end);
        } else if (before == Integer.MAX_VALUE) {
            throw RecordFields.offsetDeltaNotAscending(before + 1L, before, at - start);
        } else {
            offsetDelta = before + 1;
        }

        if (at != end) {
            throw unexpected(RecordFields.RECORD, at, end);
        }
    }

    /** The deltas of an ordinary batch follow each other; compaction writes those that do not. */
    private int readOffsetDelta(int at, int end) {
        long delta = varint(at, end);
        if (delta <= offsetDelta || delta > Integer.MAX_VALUE) {
            throw RecordFields.offsetDeltaNotAscending(delta, offsetDelta, at - start);
        }
        offsetDelta = (int) delta;
        return varintEnd;
    }

    private int readHeaders(ByteBuffer b, int from, int end) {
        headersPosition = from;
        int at = from;
        do {
            int length = length(at + 1, end);
            if (length > end - varintEnd) {
                throw RecordFields.cutShort(varintEnd - start);
            }
            int headerEnd = varintEnd + length;
            readHeader(b, varintEnd, headerEnd);
            headerCount++;
            at = headerEnd;
        } while (tagAt(b, at, end) == RecordFields.HEADERS_TAG);
        return at;
    }

    private void readHeader(ByteBuffer b, int from, int end) {
        int at = from;
        if (tagAt(b, at, end) == RecordFields.HEADER_KEY_TAG) {
            int length = length(at + 1, end);
            at = varintEnd;
            if (length > end - at) {
                throw RecordFields.cutShort(at - start);
            }
            requireUtf8(b, at, at + length);
            at += length;
        }
        if (tagAt(b, at, end) == RecordFields.HEADER_VALUE_TAG) {
            int length = length(at + 1, end);
            at = varintEnd;
            if (length > end - at) {
                throw RecordFields.cutShort(at - start);
            }
            at += length;
        }
        if (at != end) {
            throw unexpected(RecordFields.HEADER, at, end);
        }
    }

    private void requireUtf8(ByteBuffer b, int from, int end) {
        int state = Utf8Check.COMPLETE;
        for (int at = from; at < end && state != Utf8Check.INVALID; at++) {
            state = Utf8Check.next(state, b.get(at));
        }
        if (state != Utf8Check.COMPLETE) {
            throw RecordFields.headerKeyNotUtf8(from - start);
        }
    }

    private static int tagAt(ByteBuffer b, int at, int end) {
        return at < end ? b.get(at) : NO_TAG; // every known tag is one byte
    }

    /** The varint at {@code at} if it has one byte, else less than zero. */
    private static int shortLength(ByteBuffer b, int at, int end) {
        return at < end ? b.get(at) : -1;
    }

    private int length(int at, int end) {
        int length = shortLength(buffer, at, end);
        if (length >= 0) {
            varintEnd = at + 1;
            return length;
        }
        return longLength(at, end);
    }

    private int longLength(int at, int end) {
        long length = varint(at, end);
        if (length < 0 || length > Integer.MAX_VALUE) {
            throw RecordFields.varintTooLong(at - start);
        }
        return (int) length;
    }

    /** Reads a varint in its shortest form, and leaves its end in {@link #varintEnd}. */
    private long varint(int from, int end) {
        long value = 0;
        int at = from;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            if (at == end) {
                throw RecordFields.cutShort(at - start);
            }
            byte b = buffer.get(at++);
            value |= (long) (b & 0x7F) << shift;
            if (b >= 0) {
                if (b == 0 && shift > 0) {
                    throw RecordFields.varintNotMinimal(from - start);
                }
                if (shift == 63 && b > 1) {
                    break;
                }
                varintEnd = at;
                return value;
            }
        }
        throw RecordFields.varintTooLong(from - start);
    }

    private MalformedRecordsException unexpected(RecordFields message, int at, int end) {
        return message.unexpected(varint(at, end), at - start);
    }

    /** The record's offset less the batch's base offset. */
    public int offsetDelta() {
        return offsetDelta;
    }

    /** Whether the record says its offset delta itself, rather than by following another. */
    public boolean hasExplicitOffsetDelta() {
        return hasOffsetDelta;
    }

    /** The record's timestamp less the batch's base timestamp. */
    public long timestampDeltaMs() {
        return timestampDeltaMs;
    }

    public boolean hasKey() {
        return keyBytes >= 0;
    }

    /** The key's size, 0 if there is none. */
    public int keyBytes() {
        return Math.max(keyBytes, 0);
    }

    /** A read-only view of the key, null if there is none. */
    public ByteBuffer key() {
        return hasKey() ? buffer.slice(keyPosition, keyBytes) : null;
    }

    /** Copies {@link #keyBytes()} bytes to {@code dst} from index {@code at} on. */
    public void copyKey(byte[] dst, int at) {
        if (hasKey()) {
            buffer.get(keyPosition, dst, at, keyBytes);
        }
    }

    /** Whether there is a value: a record without is a tombstone. */
    public boolean hasValue() {
        return valueBytes >= 0;
    }

    /** The value's size, 0 if there is none. */
    public int valueBytes() {
        return Math.max(valueBytes, 0);
    }

    /** A read-only view of the value, null if there is none. */
    public ByteBuffer value() {
        return hasValue() ? buffer.slice(valuePosition, valueBytes) : null;
    }

    /** Copies {@link #valueBytes()} bytes to {@code dst} from index {@code at} on. */
    public void copyValue(byte[] dst, int at) {
        if (hasValue()) {
            buffer.get(valuePosition, dst, at, valueBytes);
        }
    }

    public int headerCount() {
        return headerCount;
    }

    /** The headers in their order; their values are views of the payload. */
    public List<RecordHeader> headers() {
        if (headerCount == 0) {
            return List.of();
        }
        List<RecordHeader> headers = new ArrayList<>(headerCount);
        int at = headersPosition;
        for (int n = 0; n < headerCount; n++) {
            int length = length(at + 1, recordEnd);
            int headerEnd = varintEnd + length;
            headers.add(header(varintEnd, headerEnd));
            at = headerEnd;
        }
        return Collections.unmodifiableList(headers);
    }

    private RecordHeader header(int from, int end) {
        int at = from;
        String key = "";
        if (tagAt(buffer, at, end) == RecordFields.HEADER_KEY_TAG) {
            byte[] utf8 = new byte[length(at + 1, end)];
            buffer.get(varintEnd, utf8);
            key = new String(utf8, StandardCharsets.UTF_8);
            at = varintEnd + utf8.length;
        }
        if (tagAt(buffer, at, end) == RecordFields.HEADER_VALUE_TAG) {
            int length = length(at + 1, end);
            return new RecordHeader(key, buffer.slice(varintEnd, length));
        }
        return new RecordHeader(key, buffer.slice(end, 0));
    }

    /** Index in the buffer of the record's first byte, its tag. */
    public int recordPosition() {
        return recordPosition;
    }

    /** Size of the record as it is encoded, with its tag and length. */
    public int recordBytes() {
        return recordEnd - recordPosition;
    }

    /** Size of the record without its tag and length. */
    int bodyBytes() {
        return recordEnd - bodyPosition;
    }
}
