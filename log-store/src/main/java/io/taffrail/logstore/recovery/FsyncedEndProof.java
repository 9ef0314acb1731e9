// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore.recovery;

import io.taffrail.logstore.files.FileSystem;
import io.taffrail.logstore.files.FileSystem.OpenMode;
import io.taffrail.logstore.files.LogFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Looks for slots of the sidecar ({@link FsyncedEnd}) that are not what was written. One that never
 * was written is all zeros. A power cut may tear one; the other one then counts.
 */
public final class FsyncedEndProof {
    private static final int SECTOR_BYTES = 512; // as drawn at FsyncedEnd
    private static final int CRC_POSITION = 24;
    private static final int SLOT_BYTES = 28;

    private FsyncedEndProof() {}

    /** The slots, 0 or 1, that are damaged. */
    public static List<Integer> damagedSlots(FileSystem files, Path directory) throws IOException {
        List<Integer> damaged = new ArrayList<>();
        try (LogFile file = files.open(directory.resolve(FsyncedEnd.FILE_NAME), OpenMode.READ)) {
            for (int slot = 0; slot < 2; slot++) {
                ByteBuffer bytes = ByteBuffer.allocate(SLOT_BYTES).order(ByteOrder.LITTLE_ENDIAN);
                file.read((long) slot * SECTOR_BYTES, bytes);
                if (!isEmpty(bytes) && !isWhole(bytes)) {
                    damaged.add(slot);
                }
            }
        } catch (NoSuchFileException e) {
            return List.of(); // a log that was never flushed
        }
        return damaged;
    }

    private static boolean isEmpty(ByteBuffer slot) {
        return ByteBuffer.allocate(SLOT_BYTES).equals(slot.duplicate().clear());
    }

    private static boolean isWhole(ByteBuffer slot) {
        CRC32C crc = new CRC32C();
        crc.update(slot.duplicate().clear().limit(CRC_POSITION));
        return !slot.hasRemaining() && slot.getInt(CRC_POSITION) == (int) crc.getValue();
    }
}
