// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model.batch;

import io.taffrail.model.TopicId;
import java.nio.ByteBuffer;

/**
 * What bytes that should be an entry turned out to be: for recovery, for followers, and for whoever
 * reads files. Judges the entry and not its records, which were checked before a leader took them
 * ({@link BatchValidator}) and are covered by a checksum since. What to do about each outcome is
 * the caller's to decide. Allocates nothing, but for a view of a buffer that has no accessible
 * array.
 *
 * <p>{@link #NEWER_FORMAT} takes a partition offline without cutting anything, so damage must never
 * look like it: it is said only of bytes whose checksums are both right.
 */
public enum EntryCheck {
    /** An entry of this format, every bit as it was written for this partition. */
    VALID,
    /** The beginning of an entry that goes on past the limit: more bytes are needed to tell. */
    INCOMPLETE,
    /** A tag, a length or a count is wrong: not an entry. */
    MALFORMED,
    /** Laid out as an entry, and what {@code crc32c} covers has changed. */
    BAD_BODY_CHECKSUM,
    /**
     * Laid out as an entry, and its place in the log or its length has changed, or it belongs to
     * another partition.
     */
    BAD_PLACEMENT_CHECKSUM,
    /** As it was written, by a later version: with a flag, a codec or a header unknown here. */
    NEWER_FORMAT;

    private static final int VARINT_CONTINUES = 0x80;

    /**
     * Checks everything about an entry but its records' inner form.
     *
     * @param limit one past the last byte that may be looked at, at most {@code b.limit()}
     */
    public static EntryCheck check(
            ByteBuffer b, int at, int limit, TopicId topicId, int partition) {
        EntryCheck prefix = checkPlacement(b, at, limit, topicId, partition);
        if (prefix != VALID) {
            return prefix;
        }
        if (RecordBatchLayout.entryBytes(b, at) > limit - at) {
            return INCOMPLETE;
        }
        return checkWhole(b, at);
    }

    /**
     * Checks what can be checked without the records, of which {@code limit} may cut off any part:
     * tags, lengths, counts and the placement checksum. The fields from {@code compression} on are
     * thus plausible, not proven. If they are not even plausible, only the body's checksum can tell
     * damage from a newer format: then the answer is that of {@link #check}, which is {@link
     * #INCOMPLETE} where the entry is cut off.
     */
    public static EntryCheck checkHeader(
            ByteBuffer b, int at, int limit, TopicId topicId, int partition) {
        EntryCheck prefix = checkPlacement(b, at, limit, topicId, partition);
        if (prefix != VALID) {
            return prefix;
        }
        if (RecordBatchLayout.HEADER_BYTES > limit - at) {
            return INCOMPLETE;
        }
        if (judgeBody(b, at) == VALID) {
            return VALID;
        }
        return RecordBatchLayout.entryBytes(b, at) > limit - at ? INCOMPLETE : checkWhole(b, at);
    }

    /** Bytes 0 to 37: the same in every version, and the length in them is proven afterwards. */
    private static EntryCheck checkPlacement(
            ByteBuffer b, int at, int limit, TopicId topicId, int partition) {
        int available = limit - at;
        if (available < RecordBatchLayout.BODY_POSITION) {
            return beginsLikeAnEntry(b, at, available) ? INCOMPLETE : MALFORMED;
        }
        if (!hasPlacementTags(b, at) || !hasPlausibleLength(b, at)) {
            return MALFORMED;
        }
        int placementCrc = RecordBatchLayout.computePlacementCrc(b, at, topicId, partition);
        if (RecordBatchLayout.placementCrc32c(b, at) != placementCrc) {
            return BAD_PLACEMENT_CHECKSUM;
        }
        return RecordBatchLayout.baseOffset(b, at) < 0 ? MALFORMED : VALID;
    }

    private static boolean beginsLikeAnEntry(ByteBuffer b, int at, int available) {
        if (available > 0 && b.get(at) != RecordBatchLayout.ENTRY_TAG) {
            return false;
        }
        return available < RecordBatchLayout.MESSAGE_POSITION || hasPlausibleLength(b, at);
    }

    private static boolean hasPlausibleLength(ByteBuffer b, int at) {
        if (!RecordBatchLayout.lengthIsCanonical(b, at)) {
            return false;
        }
        int entryBytes = RecordBatchLayout.entryBytes(b, at);
        return entryBytes >= RecordBatchLayout.HEADER_BYTES
                && entryBytes <= RecordBatchLayout.MAX_ENTRY_BYTES;
    }

    private static EntryCheck checkWhole(ByteBuffer b, int at) {
        // The checksum first: without it a flipped bit could pass for a later version's flag.
        if (RecordBatchLayout.crc32c(b, at) != RecordBatchLayout.computeBodyCrc(b, at)) {
            return BAD_BODY_CHECKSUM;
        }
        return judgeBody(b, at);
    }

    private static EntryCheck judgeBody(ByteBuffer b, int at) {
        if (!hasCompressionAndFlags(b, at)) {
            return MALFORMED;
        }
        int compressionId = RecordBatchLayout.compressionId(b, at);
        int flags = RecordBatchLayout.flags(b, at);
        if ((flags & RecordBatchLayout.FLAG_EXTENDED_HEADER) != 0) {
            return NEWER_FORMAT; // nothing after the flags need be where it is in this version
        }
        if (!hasBodyTags(b, at) || !hasMatchingLengths(b, at)) {
            return MALFORMED;
        }
        // Flags 1 and 2 have a meaning and nothing here acts on it yet: whoever set them is newer.
        if (flags != 0 || compressionId > Compression.HIGHEST_ID) {
            return NEWER_FORMAT;
        }
        return compressionId != 0 && hasPlausibleCounts(b, at) ? VALID : MALFORMED;
    }

    /**
     * Whether a produced entry has the tags and lengths of this version, whatever its values; it
     * has {@link RecordBatchLayout#HEADER_BYTES} at least.
     */
    static boolean isLaidOut(ByteBuffer b, int at) {
        return hasPlacementTags(b, at)
                && hasCompressionAndFlags(b, at)
                && hasBodyTags(b, at)
                && hasMatchingLengths(b, at);
    }

    private static boolean hasPlacementTags(ByteBuffer b, int at) {
        return b.get(at) == RecordBatchLayout.ENTRY_TAG
                && b.get(at + RecordBatchLayout.BASE_OFFSET_POSITION - 1) == 0x09
                && b.get(at + RecordBatchLayout.LEADER_EPOCH_POSITION - 1) == 0x15
                && b.get(at + RecordBatchLayout.APPEND_TIME_POSITION - 1) == 0x19
                && b.get(at + RecordBatchLayout.CRC_POSITION - 1) == 0x25
                && b.get(at + RecordBatchLayout.PLACEMENT_CRC_POSITION - 1) == 0x2D;
    }

    /** Whether both are there as varints of one byte, which is all that either needs. */
    private static boolean hasCompressionAndFlags(ByteBuffer b, int at) {
        int values =
                b.get(at + RecordBatchLayout.COMPRESSION_POSITION)
                        | b.get(at + RecordBatchLayout.FLAGS_POSITION);
        return b.get(at + RecordBatchLayout.COMPRESSION_POSITION - 1) == 0x30
                && b.get(at + RecordBatchLayout.FLAGS_POSITION - 1) == 0x38
                && (values & VARINT_CONTINUES) == 0;
    }

    private static boolean hasBodyTags(ByteBuffer b, int at) {
        return b.get(at + RecordBatchLayout.LAST_OFFSET_DELTA_POSITION - 1) == 0x45
                && b.get(at + RecordBatchLayout.RECORD_COUNT_POSITION - 1) == 0x4D
                && b.get(at + RecordBatchLayout.BASE_TIMESTAMP_POSITION - 1) == 0x51
                && b.get(at + RecordBatchLayout.MAX_TIMESTAMP_POSITION - 1) == 0x59
                && b.get(at + RecordBatchLayout.PRODUCER_ID_POSITION - 1) == 0x61
                && b.get(at + RecordBatchLayout.PRODUCER_EPOCH_POSITION - 1) == 0x6D
                && b.get(at + RecordBatchLayout.BASE_SEQUENCE_POSITION - 1) == 0x75
                && b.get(at + RecordBatchLayout.RECORDS_LENGTH_POSITION - 1) == 0x7A;
    }

    private static boolean hasMatchingLengths(ByteBuffer b, int at) {
        return RecordBatchLayout.recordsLengthIsCanonical(b, at)
                && RecordBatchLayout.recordsBytes(b, at)
                        == RecordBatchLayout.entryBytes(b, at) - RecordBatchLayout.HEADER_BYTES;
    }

    private static boolean hasPlausibleCounts(ByteBuffer b, int at) {
        int lastOffsetDelta = RecordBatchLayout.lastOffsetDelta(b, at);
        int recordCount = RecordBatchLayout.recordCount(b, at);
        return recordCount >= 0
                && lastOffsetDelta >= 0
                && recordCount - 1 <= lastOffsetDelta
                && RecordBatchLayout.endOffset(b, at) > 0; // or it ran over the largest offset
    }
}
