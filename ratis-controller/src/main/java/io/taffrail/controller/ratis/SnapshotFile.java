// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.ratis;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * A file around a snapshot's bytes, written whole or not at all.
 *
 * <pre>
 *  at   bytes
 *   0   8      "TAFFCS01"
 *   8   8      n: length of the body, big-endian
 *  16   n      the body
 *  16+n 4      CRC-32C of all bytes before, big-endian
 * </pre>
 *
 * Ratis keeps an MD5 beside the file but compares it only with another stored one, never with the
 * bytes: so the checksum is in here.
 */
final class SnapshotFile {
    private static final byte[] MAGIC = "TAFFCS01".getBytes(StandardCharsets.US_ASCII);
    private static final int HEADER_BYTES = MAGIC.length + Long.BYTES;
    private static final int TRAILER_BYTES = Integer.BYTES;

    private SnapshotFile() {}

    /** Durable under its name when this returns. */
    static void write(Path file, byte[] body) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES + body.length + TRAILER_BYTES);
        bytes.put(MAGIC).putLong(body.length).put(body);
        bytes.putInt(checksum(bytes.duplicate().flip())).flip();
        DurableFiles.replace(file, bytes);
    }

    /**
     * Reads the body back.
     *
     * @throws DamagedSnapshotException if any bit is not as it was written
     */
    static byte[] read(Path file) throws IOException {
        byte[] all = Files.readAllBytes(file);
        if (all.length < HEADER_BYTES + TRAILER_BYTES) {
            throw new DamagedSnapshotException(file, "it has only " + all.length + " bytes");
        }
        ByteBuffer bytes = ByteBuffer.wrap(all);
        byte[] magic = new byte[MAGIC.length];
        bytes.get(magic);
        long length = bytes.getLong();
        if (!Arrays.equals(magic, MAGIC)) {
            throw new DamagedSnapshotException(file, "it does not begin as a snapshot does");
        }
        if (length != all.length - HEADER_BYTES - TRAILER_BYTES) {
            throw new DamagedSnapshotException(
                    file, "its body should have " + length + " bytes, the file has " + all.length);
        }
        int end = all.length - TRAILER_BYTES;
        if (bytes.getInt(end) != checksum(ByteBuffer.wrap(all, 0, end))) {
            throw new DamagedSnapshotException(file, "its checksum does not fit its bytes");
        }
        return Arrays.copyOfRange(all, HEADER_BYTES, end);
    }

    private static int checksum(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }
}
