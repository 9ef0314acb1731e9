// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model.batch;

import io.taffrail.model.TopicId;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * Where the fields of an entry are, as drawn in this package's comment, and how to read and stamp
 * them. Looks at nothing but the asked-for bytes: whether they are an entry at all is for {@link
 * EntryCheck}. Every method takes any {@link ByteBuffer}, whatever its byte order and position, and
 * the index of the entry's first byte; it is safe on a buffer that many threads read. For everyone
 * who holds entries.
 */
public final class RecordBatchLayout {
    public static final int ENTRY_TAG_POSITION = 0;
    public static final int LENGTH_POSITION = ENTRY_TAG_POSITION + 1;

    /** A varint padded to this many bytes: what bounds an entry's size. */
    public static final int LENGTH_BYTES = 4;

    public static final int MESSAGE_POSITION = LENGTH_POSITION + LENGTH_BYTES;
    // A field's position is that of its value, one past its tag.
    public static final int BASE_OFFSET_POSITION = MESSAGE_POSITION + 1;
    public static final int LEADER_EPOCH_POSITION = BASE_OFFSET_POSITION + Long.BYTES + 1;
    public static final int APPEND_TIME_POSITION = LEADER_EPOCH_POSITION + Integer.BYTES + 1;
    public static final int CRC_POSITION = APPEND_TIME_POSITION + Long.BYTES + 1;
    public static final int PLACEMENT_CRC_POSITION = CRC_POSITION + Integer.BYTES + 1;

    /** The first byte that the body's checksum covers. */
    public static final int BODY_POSITION = PLACEMENT_CRC_POSITION + Integer.BYTES;

    public static final int COMPRESSION_POSITION = BODY_POSITION + 1;
    public static final int FLAGS_POSITION = COMPRESSION_POSITION + 1 + 1;
    public static final int LAST_OFFSET_DELTA_POSITION = FLAGS_POSITION + 1 + 1;
    public static final int RECORD_COUNT_POSITION = LAST_OFFSET_DELTA_POSITION + Integer.BYTES + 1;
    public static final int BASE_TIMESTAMP_POSITION = RECORD_COUNT_POSITION + Integer.BYTES + 1;
    public static final int MAX_TIMESTAMP_POSITION = BASE_TIMESTAMP_POSITION + Long.BYTES + 1;
    public static final int PRODUCER_ID_POSITION = MAX_TIMESTAMP_POSITION + Long.BYTES + 1;
    public static final int PRODUCER_EPOCH_POSITION = PRODUCER_ID_POSITION + Long.BYTES + 1;
    public static final int BASE_SEQUENCE_POSITION = PRODUCER_EPOCH_POSITION + Integer.BYTES + 1;
    public static final int RECORDS_LENGTH_POSITION = BASE_SEQUENCE_POSITION + Integer.BYTES + 1;
    public static final int RECORDS_POSITION = RECORDS_LENGTH_POSITION + LENGTH_BYTES;

    /** Everything up to the records. */
    public static final int HEADER_BYTES = RECORDS_POSITION;

    /** Entries stay below 256 MiB, which also keeps both lengths within their 28 bits. */
    public static final int MAX_ENTRY_BYTES = (1 << 28) - 1;

    public static final int FLAG_TRANSACTIONAL = 1 << 1;
    public static final int FLAG_CONTROL = 1 << 2;
    public static final int FLAG_EXTENDED_HEADER = 1 << 6;

    public static final byte ENTRY_TAG = 0x7A;

    private static final VarHandle INT =
            MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG =
            MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private RecordBatchLayout() {}

    /** Whether the length is written in the one form that entries have: padded to 4 bytes. */
    public static boolean lengthIsCanonical(ByteBuffer b, int at) {
        return isPadded(getInt(b, at + LENGTH_POSITION));
    }

    /**
     * The whole entry's size, tag and length included; below zero never, but above what is there
     * perhaps. Only for a length that is canonical.
     */
    public static int entryBytes(ByteBuffer b, int at) {
        return MESSAGE_POSITION + unpad(getInt(b, at + LENGTH_POSITION));
    }

    public static long baseOffset(ByteBuffer b, int at) {
        return getLong(b, at + BASE_OFFSET_POSITION);
    }

    public static int leaderEpoch(ByteBuffer b, int at) {
        return getInt(b, at + LEADER_EPOCH_POSITION);
    }

    public static long appendTimeMs(ByteBuffer b, int at) {
        return getLong(b, at + APPEND_TIME_POSITION);
    }

    public static int crc32c(ByteBuffer b, int at) {
        return getInt(b, at + CRC_POSITION);
    }

    public static int placementCrc32c(ByteBuffer b, int at) {
        return getInt(b, at + PLACEMENT_CRC_POSITION);
    }

    public static int compressionId(ByteBuffer b, int at) {
        return b.get(at + COMPRESSION_POSITION);
    }

    public static int flags(ByteBuffer b, int at) {
        return b.get(at + FLAGS_POSITION);
    }

    public static int lastOffsetDelta(ByteBuffer b, int at) {
        return getInt(b, at + LAST_OFFSET_DELTA_POSITION);
    }

    public static int recordCount(ByteBuffer b, int at) {
        return getInt(b, at + RECORD_COUNT_POSITION);
    }

    public static long baseTimestampMs(ByteBuffer b, int at) {
        return getLong(b, at + BASE_TIMESTAMP_POSITION);
    }

    public static long maxTimestampMs(ByteBuffer b, int at) {
        return getLong(b, at + MAX_TIMESTAMP_POSITION);
    }

    public static long producerId(ByteBuffer b, int at) {
        return getLong(b, at + PRODUCER_ID_POSITION);
    }

    public static int producerEpoch(ByteBuffer b, int at) {
        return getInt(b, at + PRODUCER_EPOCH_POSITION);
    }

    public static int baseSequence(ByteBuffer b, int at) {
        return getInt(b, at + BASE_SEQUENCE_POSITION);
    }

    /** The size of the records as they are stored, compressed. */
    public static int recordsBytes(ByteBuffer b, int at) {
        return unpad(getInt(b, at + RECORDS_LENGTH_POSITION));
    }

    public static long lastOffset(ByteBuffer b, int at) {
        return baseOffset(b, at) + lastOffsetDelta(b, at);
    }

    /** One past the last offset: the base offset of the entry that follows. */
    public static long endOffset(ByteBuffer b, int at) {
        return lastOffset(b, at) + 1;
    }

    /**
     * The sequence of the last record as it was produced; compaction, which takes records away,
     * leaves it as it was.
     */
    public static int lastSequence(ByteBuffer b, int at) {
        return sequenceAfter(baseSequence(b, at), lastOffsetDelta(b, at));
    }

    /** {@code delta} sequences on: 2^31-1 is followed by 0 (KIP-98). Neither may be negative. */
    public static int sequenceAfter(int sequence, int delta) {
        return (sequence + delta) & Integer.MAX_VALUE; // two of 31 bits never lose a carry in 32
    }

    /**
     * Writes what a leader decides about an entry whose header, body checksum included, is there
     * already: its place in the log and the checksum over that place.
     */
    public static void stamp(
            ByteBuffer b,
            int at,
            long baseOffset,
            int leaderEpoch,
            long appendTimeMs,
            TopicId topicId,
            int partition) {
        putLong(b, at + BASE_OFFSET_POSITION, baseOffset);
        putInt(b, at + LEADER_EPOCH_POSITION, leaderEpoch);
        putLong(b, at + APPEND_TIME_POSITION, appendTimeMs);
        putInt(b, at + PLACEMENT_CRC_POSITION, computePlacementCrc(b, at, topicId, partition));
    }

    /** The checksum that {@code crc32c} should hold, of an entry that is there in one piece. */
    public static int computeBodyCrc(ByteBuffer wholeEntry, int at) {
        CRC32C crc = new CRC32C();
        update(crc, wholeEntry, at + BODY_POSITION, at + entryBytes(wholeEntry, at));
        return (int) crc.getValue();
    }

    /**
     * The same, of an entry whose records are still elsewhere.
     *
     * @param header holds the entry up to its records
     * @param records between its position and its limit, which stay as they are
     */
    public static int computeBodyCrc(ByteBuffer header, int at, ByteBuffer records) {
        CRC32C crc = new CRC32C();
        update(crc, header, at + BODY_POSITION, at + RECORDS_POSITION);
        update(crc, records, records.position(), records.limit());
        return (int) crc.getValue();
    }

    /** The checksum that {@code placement_crc32c} should hold in this partition. */
    public static int computePlacementCrc(ByteBuffer b, int at, TopicId topicId, int partition) {
        // 53 bytes: less than it costs to set up the JDK's checksum, which needs them side by side.
        int crc = ShortCrc32c.START;
        crc = ShortCrc32c.update(crc, Long.reverseBytes(topicId.mostSignificantBits()));
        crc = ShortCrc32c.update(crc, Long.reverseBytes(topicId.leastSignificantBits()));
        crc = ShortCrc32c.update(crc, partition);
        crc = ShortCrc32c.update(crc, getLong(b, at));
        crc = ShortCrc32c.update(crc, getLong(b, at + 8));
        crc = ShortCrc32c.update(crc, getLong(b, at + 16));
        crc = ShortCrc32c.update(crc, getLong(b, at + 24));
        crc = ShortCrc32c.update(crc, b.get(at + 32));
        return ShortCrc32c.finish(crc);
    }

    static boolean recordsLengthIsCanonical(ByteBuffer b, int at) {
        return isPadded(getInt(b, at + RECORDS_LENGTH_POSITION));
    }

    static int getInt(ByteBuffer b, int at) {
        return (int) INT.get(b, at);
    }

    static long getLong(ByteBuffer b, int at) {
        return (long) LONG.get(b, at);
    }

    static void putInt(ByteBuffer b, int at, int value) {
        INT.set(b, at, value);
    }

    static void putLong(ByteBuffer b, int at, long value) {
        LONG.set(b, at, value);
    }

    /** Writes a length as a varint of 4 bytes, the first three with their continuation bit. */
    static void putLength(ByteBuffer b, int at, int length) {
        int padded =
                (length & 0x7F)
                        | (length >>> 7 & 0x7F) << 8
                        | (length >>> 14 & 0x7F) << 16
                        | (length >>> 21) << 24;
        putInt(b, at, padded | 0x00808080);
    }

    private static boolean isPadded(int raw) {
        return (raw & 0x80808080) == 0x00808080;
    }

    private static int unpad(int raw) {
        return (raw & 0x7F)
                | (raw >>> 8 & 0x7F) << 7
                | (raw >>> 16 & 0x7F) << 14
                | (raw >>> 24 & 0x7F) << 21;
    }

    private static void update(CRC32C crc, ByteBuffer b, int from, int end) {
        if (b.hasArray()) {
            crc.update(b.array(), b.arrayOffset() + from, end - from);
        } else {
            crc.update(b.slice(from, end - from)); // a view: others may be reading b
        }
    }
}
