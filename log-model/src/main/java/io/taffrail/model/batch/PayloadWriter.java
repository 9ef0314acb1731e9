// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model.batch;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * A payload that grows, record by record, written as every protobuf library would write it. What a
 * record's offset delta or timestamp should be is the caller's to know. One thread.
 */
final class PayloadWriter {
    /** Stands for an offset delta that follows from the record before. */
    static final int FOLLOWS = -1;

    private static final int FIRST_BYTES = 1024;
    private static final int MAX_BYTES =
            RecordBatchLayout.MAX_ENTRY_BYTES - RecordBatchLayout.HEADER_BYTES;

    private byte[] bytes = new byte[FIRST_BYTES];
    private int size;

    int size() {
        return size;
    }

    void clear() {
        size = 0;
    }

    /** What was written, as a view: good until the next write. */
    ByteBuffer view() {
        return ByteBuffer.wrap(bytes, 0, size).slice();
    }

    /**
     * Writes a record.
     *
     * @param key null if there is none
     * @param value null for a tombstone
     * @param explicitOffsetDelta or {@link #FOLLOWS}
     * @throws BatchFullException if it does not fit; nothing is then written
     */
    void writeRecord(
            ByteBuffer key,
            ByteBuffer value,
            List<RecordHeader> headers,
            long timestampDeltaMs,
            int explicitOffsetDelta) {
        List<EncodedHeader> encoded = EncodedHeader.encode(headers);
        long zigzag = (timestampDeltaMs << 1) ^ (timestampDeltaMs >> 63);
        long length = fieldBytes(key) + fieldBytes(value);
        for (EncodedHeader header : encoded) {
            length += 1 + varintBytes(header.bytes()) + header.bytes();
        }
        if (zigzag != 0) {
            length += 1 + varintBytes(zigzag);
        }
        if (explicitOffsetDelta != FOLLOWS) {
            length += 1 + varintBytes(explicitOffsetDelta);
        }
        startRecord(length);
        writeField(RecordFields.KEY_TAG, key);
        writeField(RecordFields.VALUE_TAG, value);
        for (EncodedHeader header : encoded) {
            writeHeader(header);
        }
        if (zigzag != 0) {
            bytes[size++] = RecordFields.TIMESTAMP_DELTA_TAG;
            writeVarint(zigzag);
        }
        writeOffsetDelta(explicitOffsetDelta);
    }

    /**
     * Copies records that are encoded already.
     *
     * @param from index of the first byte in {@code payload}
     */
    void copyRecords(ByteBuffer payload, int from, int length) {
        reserve(length);
        payload.get(from, bytes, size, length);
        size += length;
    }

    /** Copies the record that {@code record} stands at, and writes its offset delta behind it. */
    void copyRecord(ByteBuffer payload, RecordCursor record, int explicitOffsetDelta) {
        int bodyBytes = record.bodyBytes();
        startRecord(bodyBytes + 1L + varintBytes(explicitOffsetDelta));
        int bodyPosition = record.recordPosition() + record.recordBytes() - bodyBytes;
        payload.get(bodyPosition, bytes, size, bodyBytes);
        size += bodyBytes;
        writeOffsetDelta(explicitOffsetDelta); // the last field: its place is the record's end
    }

    private void startRecord(long length) {
        reserve(1 + varintBytes(length) + length);
        bytes[size++] = RecordFields.RECORDS_TAG;
        writeVarint(length);
    }

    private void writeHeader(EncodedHeader header) {
        bytes[size++] = RecordFields.HEADERS_TAG;
        writeVarint(header.bytes());
        if (header.key().hasRemaining()) {
            writeField(RecordFields.HEADER_KEY_TAG, header.key());
        }
        if (header.value().hasRemaining()) {
            writeField(RecordFields.HEADER_VALUE_TAG, header.value());
        }
    }

    private void writeField(byte tag, ByteBuffer field) {
        if (field == null) {
            return;
        }
        int length = field.remaining();
        bytes[size++] = tag;
        writeVarint(length);
        field.get(field.position(), bytes, size, length);
        size += length;
    }

    private void writeOffsetDelta(int explicitOffsetDelta) {
        if (explicitOffsetDelta != FOLLOWS) {
            bytes[size++] = RecordFields.OFFSET_DELTA_TAG;
            writeVarint(explicitOffsetDelta);
        }
    }

    private void writeVarint(long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
    }

    private void reserve(long more) {
        long needed = size + more;
        if (needed > MAX_BYTES) {
            throw new BatchFullException(
                    "a batch has up to " + MAX_BYTES + " bytes of records, these are " + needed);
        }
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(Math.max(needed, 2L * size), MAX_BYTES));
        }
    }

    private static long fieldBytes(ByteBuffer field) {
        return field == null ? 0 : 1L + varintBytes(field.remaining()) + field.remaining();
    }

    private static int varintBytes(long value) {
        return (Long.SIZE + 6 - Long.numberOfLeadingZeros(value | 1)) / 7;
    }

    /** A header with its key in UTF-8, and its size without tag and length. */
    private record EncodedHeader(ByteBuffer key, ByteBuffer value, long bytes) {
        static List<EncodedHeader> encode(List<RecordHeader> headers) {
            return headers.isEmpty()
                    ? List.of()
                    : headers.stream().map(EncodedHeader::encode).toList();
        }

        private static EncodedHeader encode(RecordHeader header) {
            ByteBuffer key = utf8(header.key());
            ByteBuffer value = header.value();
            long bytes =
                    (key.hasRemaining() ? fieldBytes(key) : 0)
                            + (value.hasRemaining() ? fieldBytes(value) : 0);
            return new EncodedHeader(key, value, bytes);
        }

        private static ByteBuffer utf8(String key) {
            CharsetEncoder encoder = StandardCharsets.UTF_8.newEncoder();
            try {
                return encoder.encode(CharBuffer.wrap(key)); // getBytes would replace what is wrong
            } catch (CharacterCodingException e) {
                throw new IllegalArgumentException("a header's key has half a surrogate pair", e);
            }
        }
    }
}
