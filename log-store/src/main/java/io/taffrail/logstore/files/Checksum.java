// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore.files;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** CRC-32C (RFC 3720), with which every file beside the entries is checked. */
public final class Checksum {
    private Checksum() {}

    /** Of what remains in {@code bytes}, whose position stays. */
    public static int of(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate());
        return (int) crc.getValue();
    }
}
