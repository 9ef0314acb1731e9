// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model.batch;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.taffrail.model.LogError;
import java.nio.ByteBuffer;
import java.util.OptionalInt;

/**
 * A batch as a producer hands it over, before a leader stamps it: header fields, whatever their
 * values, and the records as they came, compressed and never copied. Whether it may be appended is
 * for {@link BatchValidator} to say. Immutable, as long as nobody writes to the bytes that were
 * given; for any thread.
 */
public final class ProducedBatch {
    private final int compressionId;
    private final int flags;
    private final int lastOffsetDelta;
    private final int recordCount;
    private final long baseTimestampMs;
    private final long maxTimestampMs;
    private final long producerId;
    private final int producerEpoch;
    private final int baseSequence;
    private final ByteBuffer records; // not read-only: CRC32C is slower without the array
    private final OptionalInt crc32c;

    private ProducedBatch(Builder builder) {
        compressionId = builder.compressionId == 0 ? Compression.NONE.id() : builder.compressionId;
        flags = builder.flags;
        lastOffsetDelta = builder.lastOffsetDelta;
        recordCount = builder.recordCount;
        baseTimestampMs = builder.baseTimestampMs;
        maxTimestampMs = builder.maxTimestampMs;
        producerId = builder.producerId;
        producerEpoch = builder.producerEpoch;
        baseSequence = builder.baseSequence;
        records = builder.records;
        crc32c = builder.crc32c;
    }

    public static Builder builder() {
        return new Builder();
    }

    /**
     * Reads an entry, and takes the checksum in it for one that its producer has given. The fields
     * that a leader sets are passed over.
     *
     * @param entry one whole entry between its position and its limit, which stay; its records are
     *     not copied
     * @throws MalformedBatchException if it is not laid out as one, or has a header of a later
     *     version
     */
    public static ProducedBatch fromEntry(ByteBuffer entry) throws MalformedBatchException {
        int at = entry.position();
        requireOneEntry(entry, at);
        return builder()
                .compressionId(RecordBatchLayout.compressionId(entry, at))
                .flags(RecordBatchLayout.flags(entry, at))
                .lastOffsetDelta(RecordBatchLayout.lastOffsetDelta(entry, at))
                .recordCount(RecordBatchLayout.recordCount(entry, at))
                .baseTimestampMs(RecordBatchLayout.baseTimestampMs(entry, at))
                .maxTimestampMs(RecordBatchLayout.maxTimestampMs(entry, at))
                .producer(
                        RecordBatchLayout.producerId(entry, at),
                        RecordBatchLayout.producerEpoch(entry, at),
                        RecordBatchLayout.baseSequence(entry, at))
                .records(
                        entry.slice(
                                at + RecordBatchLayout.RECORDS_POSITION,
                                RecordBatchLayout.recordsBytes(entry, at)))
                .crc32c(RecordBatchLayout.crc32c(entry, at))
                .build();
    }

    private static void requireOneEntry(ByteBuffer entry, int at) throws MalformedBatchException {
        if (entry.remaining() < RecordBatchLayout.HEADER_BYTES) {
            throw malformed("an entry has at least 94 bytes, this one " + entry.remaining());
        }
        if (!RecordBatchLayout.lengthIsCanonical(entry, at)
                || RecordBatchLayout.entryBytes(entry, at) != entry.remaining()) {
            throw malformed(
                    "the length does not say that " + entry.remaining() + " bytes are here");
        }
        if (EntryCheck.isLaidOut(entry, at)) {
            return;
        }
        if ((RecordBatchLayout.flags(entry, at) & RecordBatchLayout.FLAG_EXTENDED_HEADER) != 0) {
            throw new MalformedBatchException(
                    new BatchFault(
                            LogError.UNSUPPORTED_FORMAT,
                            "flags",
                            "bit 6: headers with further fields are not known here"));
        }
        throw malformed("a tag, or the length of the records, is not what the stored layout has");
    }

    private static MalformedBatchException malformed(String message) {
        return new MalformedBatchException(
                new BatchFault(LogError.INVALID_BATCH, "batches", message));
    }

    /** As it was given, perhaps unknown here, but 1 in place of 0. */
    public int compressionId() {
        return compressionId;
    }

    public int flags() {
        return flags;
    }

    public int lastOffsetDelta() {
        return lastOffsetDelta;
    }

    public int recordCount() {
        return recordCount;
    }

    public long baseTimestampMs() {
        return baseTimestampMs;
    }

    public long maxTimestampMs() {
        return maxTimestampMs;
    }

    /** 0: not idempotent. */
    public long producerId() {
        return producerId;
    }

    public int producerEpoch() {
        return producerEpoch;
    }

    public int baseSequence() {
        return baseSequence;
    }

    /** A read-only view of the compressed records, with a position of its own. */
    public ByteBuffer records() {
        return records.asReadOnlyBuffer();
    }

    /** The body's checksum as the producer gave it, if it did. */
    public OptionalInt crc32c() {
        return crc32c;
    }

    /** The size of the entry that this batch becomes; more than an entry may have, perhaps. */
    public int entryBytes() {
        return Math.addExact(RecordBatchLayout.HEADER_BYTES, records.remaining());
    }

    /**
     * Writes an entry up to its records at {@code to}'s position, and moves that on. The checksum
     * of the body is computed for it, not taken from the producer; what a leader decides is zero,
     * to be {@linkplain RecordBatchLayout#stamp stamped}. Only for a batch that passed the
     * validator or was made by {@link RecordBatchBuilder}.
     */
    public void writeHeader(ByteBuffer to) {
        int at = to.position();
        writeUnchecked(to, at);
        RecordBatchLayout.putInt(
                to,
                at + RecordBatchLayout.CRC_POSITION,
                RecordBatchLayout.computeBodyCrc(to, at, records));
        to.position(at + RecordBatchLayout.HEADER_BYTES);
    }

    /** The checksum of the body as it would be stored. */
    int computeBodyCrc() {
        ByteBuffer header = ByteBuffer.allocate(RecordBatchLayout.HEADER_BYTES);
        writeUnchecked(header, 0);
        return RecordBatchLayout.computeBodyCrc(header, 0, records);
    }

    private void writeUnchecked(ByteBuffer to, int at) {
        to.put(at, RecordBatchLayout.ENTRY_TAG);
        RecordBatchLayout.putLength(
                to,
                at + RecordBatchLayout.LENGTH_POSITION,
                entryBytes() - RecordBatchLayout.MESSAGE_POSITION);
        putLong(to, at + RecordBatchLayout.BASE_OFFSET_POSITION, 0x09, 0);
        putInt(to, at + RecordBatchLayout.LEADER_EPOCH_POSITION, 0x15, 0);
        putLong(to, at + RecordBatchLayout.APPEND_TIME_POSITION, 0x19, 0);
        putInt(to, at + RecordBatchLayout.CRC_POSITION, 0x25, 0);
        putInt(to, at + RecordBatchLayout.PLACEMENT_CRC_POSITION, 0x2D, 0);
        to.put(at + RecordBatchLayout.COMPRESSION_POSITION - 1, (byte) 0x30);
        to.put(at + RecordBatchLayout.COMPRESSION_POSITION, (byte) compressionId);
        to.put(at + RecordBatchLayout.FLAGS_POSITION - 1, (byte) 0x38);
        to.put(at + RecordBatchLayout.FLAGS_POSITION, (byte) flags);
        putInt(to, at + RecordBatchLayout.LAST_OFFSET_DELTA_POSITION, 0x45, lastOffsetDelta);
        putInt(to, at + RecordBatchLayout.RECORD_COUNT_POSITION, 0x4D, recordCount);
        putLong(to, at + RecordBatchLayout.BASE_TIMESTAMP_POSITION, 0x51, baseTimestampMs);
        putLong(to, at + RecordBatchLayout.MAX_TIMESTAMP_POSITION, 0x59, maxTimestampMs);
        putLong(to, at + RecordBatchLayout.PRODUCER_ID_POSITION, 0x61, producerId);
        putInt(to, at + RecordBatchLayout.PRODUCER_EPOCH_POSITION, 0x6D, producerEpoch);
        putInt(to, at + RecordBatchLayout.BASE_SEQUENCE_POSITION, 0x75, baseSequence);
        to.put(at + RecordBatchLayout.RECORDS_LENGTH_POSITION - 1, (byte) 0x7A);
        RecordBatchLayout.putLength(
                to, at + RecordBatchLayout.RECORDS_LENGTH_POSITION, records.remaining());
    }

    private static void putInt(ByteBuffer to, int position, int tag, int value) {
        to.put(position - 1, (byte) tag);
        RecordBatchLayout.putInt(to, position, value);
    }

    private static void putLong(ByteBuffer to, int position, int tag, long value) {
        to.put(position - 1, (byte) tag);
        RecordBatchLayout.putLong(to, position, value);
    }

    /** Takes the fields as they are; nothing is checked. What is not set is zero, or empty. */
    public static final class Builder {
        private int compressionId;
        private int flags;
        private int lastOffsetDelta;
        private int recordCount;
        private long baseTimestampMs;
        private long maxTimestampMs;
        private long producerId;
        private int producerEpoch;
        private int baseSequence;
        private ByteBuffer records = ByteBuffer.allocate(0);
        private OptionalInt crc32c = OptionalInt.empty();

        private Builder() {}

        @CanIgnoreReturnValue
        public Builder compression(Compression compression) {
            return compressionId(compression.id());
        }

        @CanIgnoreReturnValue
        public Builder compressionId(int compressionId) {
            this.compressionId = compressionId;
            return this;
        }

        @CanIgnoreReturnValue
        public Builder flags(int flags) {
            this.flags = flags;
            return this;
        }

        @CanIgnoreReturnValue
        public Builder lastOffsetDelta(int lastOffsetDelta) {
            this.lastOffsetDelta = lastOffsetDelta;
            return this;
        }

        @CanIgnoreReturnValue
        public Builder recordCount(int recordCount) {
            this.recordCount = recordCount;
            return this;
        }

        @CanIgnoreReturnValue
        public Builder baseTimestampMs(long baseTimestampMs) {
            this.baseTimestampMs = baseTimestampMs;
            return this;
        }

        @CanIgnoreReturnValue
        public Builder maxTimestampMs(long maxTimestampMs) {
            this.maxTimestampMs = maxTimestampMs;
            return this;
        }

        @CanIgnoreReturnValue
        public Builder producer(long id, int epoch, int firstSequence) {
            return producerId(id).producerEpoch(epoch).baseSequence(firstSequence);
        }

        @CanIgnoreReturnValue
        public Builder producerId(long producerId) {
            this.producerId = producerId;
            return this;
        }

        @CanIgnoreReturnValue
        public Builder producerEpoch(int producerEpoch) {
            this.producerEpoch = producerEpoch;
            return this;
        }

        @CanIgnoreReturnValue
        public Builder baseSequence(int baseSequence) {
            this.baseSequence = baseSequence;
            return this;
        }

        /** The compressed records between position and limit; not copied. */
        @CanIgnoreReturnValue
        public Builder records(ByteBuffer records) {
            this.records = records.slice();
            return this;
        }

        @CanIgnoreReturnValue
        public Builder crc32c(int crc32c) {
            this.crc32c = OptionalInt.of(crc32c);
            return this;
        }

        public ProducedBatch build() {
            return new ProducedBatch(this);
        }
    }
}
