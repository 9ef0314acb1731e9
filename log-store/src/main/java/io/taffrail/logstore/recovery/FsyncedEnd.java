// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore.recovery;

import io.taffrail.logstore.files.Checksum;
import io.taffrail.logstore.files.FileSystem;
import io.taffrail.logstore.files.FileSystem.OpenMode;
import io.taffrail.logstore.files.LogFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * The sidecar {@code fsynced-end}: each round of fsync writes into it where the round before ended
 * (P17). It is not forced by that round, which would double its cost: after a power cut it may tell
 * of an older round, and that is still true. What recovery finds damaged below it is corruption,
 * not a torn tail.
 *
 * <p>Two slots, in two sectors, written in turn, so that one survives a torn write: 4 bytes magic
 * "TFFE", 4 bytes zero, 8 bytes offset, 8 bytes running number, 4 bytes CRC-32C of those;
 * little-endian. The higher number counts.
 */
public final class FsyncedEnd implements Closeable {
    public static final String FILE_NAME = "fsynced-end";

    private static final int MAGIC = 0x45464654;
    private static final int SECTOR_BYTES = 512;
    private static final int CRC_POSITION = 24;
    private static final int SLOT_BYTES = 28;

    private final FileSystem files;
    private final Path path;
    private LogFile file;
    private long number;
    private long offset;

    private FsyncedEnd(FileSystem files, Path path) {
        this.files = files;
        this.path = path;
    }

    /** Reads what is there; {@link #offset} is 0 if nothing valid is. */
    public static FsyncedEnd read(FileSystem files, Path directory) throws IOException {
        FsyncedEnd end = new FsyncedEnd(files, directory.resolve(FILE_NAME));
        try (LogFile existing = files.open(end.path, OpenMode.READ)) {
            end.readSlot(existing, 0);
            end.readSlot(existing, 1);
        } catch (NoSuchFileException e) {
            // A log that was never flushed.
        }
        return end;
    }

    private void readSlot(LogFile existing, int slot) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(SLOT_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        existing.read((long) slot * SECTOR_BYTES, bytes);
        if (bytes.hasRemaining()
                || bytes.getInt(0) != MAGIC
                || bytes.getInt(CRC_POSITION) != crc(bytes)) {
            return;
        }
        if (bytes.getLong(16) >= number) {
            offset = bytes.getLong(8);
            number = bytes.getLong(16);
        }
    }

    /** All below it was forced, when it was written. */
    public long offset() {
        return offset;
    }

    /** Writes; not durable by itself. */
    public void write(long fsyncedEndOffset) throws IOException {
        if (file == null) {
            file = files.open(path, OpenMode.CREATE);
        }
        number++;
        offset = fsyncedEndOffset;
        ByteBuffer bytes = ByteBuffer.allocate(SLOT_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(MAGIC).putInt(0).putLong(offset).putLong(number);
        bytes.putInt(crc(bytes)).flip();
        file.write((number & 1) * SECTOR_BYTES, bytes);
    }

    /** Before a truncation: claims no more than {@code endOffset}, in both slots, durably. */
    public void lower(long endOffset) throws IOException {
        if (offset > endOffset) {
            write(endOffset);
            write(endOffset);
            file.force();
        }
    }

    private static int crc(ByteBuffer slot) {
        return Checksum.of(slot.duplicate().position(0).limit(CRC_POSITION));
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
            file = null;
        }
    }
}
