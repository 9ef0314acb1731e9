// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore.segment;

import io.taffrail.logstore.files.Checksum;
import io.taffrail.logstore.files.DamagedFileException;
import io.taffrail.logstore.files.FileSystem;
import io.taffrail.logstore.files.FileSystem.OpenMode;
import io.taffrail.logstore.files.LogFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * A file that holds one index of a closed segment. It is written once, when the segment is closed,
 * and never changed; it is not forced, because it can be made anew from the segment: whatever is
 * wrong with it is noticed here and means no more than that.
 *
 * <pre>
 * at  bytes
 *  0  4   magic: "TFIX" offset index, "TFTX" time index
 *  4  2   version, 1
 *  6  2   what timestamps mean: 0 record time, 1 append time
 *  8  8   base offset of the segment
 * 16  52  summary of the segment: log bytes, end offset, entries, last epoch, first and latest append time, latest timestamp
 * 68  4   bytes of slots
 * 72  4   CRC-32C of the slots
 * 76  4   CRC-32C of bytes 0…75
 * 80  …   slots
 * </pre>
 *
 * All little-endian. A summary whose log bytes are not the size of the log file belongs to another
 * state of the segment.
 */
record IndexFile(
        FileSystem files, Path path, Kind kind, TimestampType timestampType, long baseOffset) {
    enum Kind {
        OFFSET(0x58494654, ".index"),
        TIME(0x58544654, ".timeindex");

        private final int magic;
        private final String suffix;

        Kind(int magic, String suffix) {
            this.magic = magic;
            this.suffix = suffix;
        }

        String suffix() {
            return suffix;
        }
    }

    private static final short VERSION = 1;
    private static final int HEADER_BYTES = 16 + SegmentSummary.BYTES + 12;
    private static final int HEADER_CRC_POSITION = HEADER_BYTES - Integer.BYTES;

    void write(SegmentSummary summary, ByteBuffer slots) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        header.putInt(kind.magic)
                .putShort(VERSION)
                .putShort(timestampType.code())
                .putLong(baseOffset);
        summary.writeTo(header);
        header.putInt(slots.remaining()).putInt(Checksum.of(slots.duplicate()));
        header.putInt(Checksum.of(header.duplicate().flip())).flip();
        try (LogFile file = files.open(path, OpenMode.CREATE)) {
            file.truncate(0);
            file.write(0, header, slots);
        }
    }

    /**
     * The summary alone.
     *
     * @throws DamagedFileException if this is not the index of that segment in the sense of time
     *     that is asked for
     */
    SegmentSummary readSummary() throws IOException {
        try (LogFile file = files.open(path, OpenMode.READ)) {
            return readHeader(file).summary;
        }
    }

    /**
     * The slots, in a little-endian buffer; throws as {@link #readSummary} does, and if {@code
     * expected} is not the summary.
     */
    ByteBuffer readSlots(SegmentSummary expected) throws IOException {
        try (LogFile file = files.open(path, OpenMode.READ)) {
            Header header = readHeader(file);
            require(header.summary.equals(expected), "it belongs to another state of the segment");
            require(
                    file.size() == HEADER_BYTES + (long) header.slotBytes,
                    "its size is " + file.size());
            ByteBuffer slots = ByteBuffer.allocate(header.slotBytes).order(ByteOrder.LITTLE_ENDIAN);
            file.read(HEADER_BYTES, slots);
            slots.flip();
            require(
                    Checksum.of(slots.duplicate()) == header.slotsCrc,
                    "the checksum of its slots does not match");
            return slots;
        }
    }

    private record Header(SegmentSummary summary, int slotBytes, int slotsCrc) {}

    private Header readHeader(LogFile file) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        file.read(0, header);
        require(!header.hasRemaining(), "it is shorter than its header");
        header.flip();
        require(
                Checksum.of(header.duplicate().limit(HEADER_CRC_POSITION))
                        == header.getInt(HEADER_CRC_POSITION),
                "its checksum");
        require(header.getInt() == kind.magic, "its magic");
        require(header.getShort() == VERSION, "its version");
        require(header.getShort() == timestampType.code(), "it speaks of another kind of time");
        require(header.getLong() == baseOffset, "it belongs to another segment");
        SegmentSummary summary = SegmentSummary.read(header);
        int slotBytes = header.getInt();
        require(slotBytes >= 0, "its size");
        return new Header(summary, slotBytes, header.getInt());
    }

    private void require(boolean holds, String otherwise) throws DamagedFileException {
        if (!holds) {
            throw new DamagedFileException(path, otherwise);
        }
    }
}
