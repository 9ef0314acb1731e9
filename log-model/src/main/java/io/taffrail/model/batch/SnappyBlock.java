// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model.batch;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.xerial.snappy.Snappy;

/**
 * Snappy's raw block format. It is read in one go, so its size is believed only within limits: that
 * of the caller, and that of the format.
 */
final class SnappyBlock {
    /**
     * The densest element is a copy with a 2-byte offset: 3 bytes stand for up to 64
     * (format_description.txt, section 2). A block that claims more than that is corrupt.
     */
    private static final int MAX_EXPANSION = 22;

    private SnappyBlock() {}

    static ByteBuffer compress(ByteBuffer plain) throws IOException {
        byte[] out = new byte[Snappy.maxCompressedLength(plain.remaining())];
        int size =
                Snappy.compress(
                        plain.array(),
                        plain.arrayOffset() + plain.position(),
                        plain.remaining(),
                        out,
                        0);
        return ByteBuffer.wrap(Arrays.copyOf(out, size));
    }

    static InputStream open(ByteBufferInputStream compressed, int maxBytes) throws IOException {
        int size = claimedBytes(compressed.remaining(), maxBytes);
        ByteBuffer block = Compression.onHeap(compressed.remaining());
        byte[] plain = new byte[size];
        int from = block.arrayOffset() + block.position();
        int written = Snappy.uncompress(block.array(), from, block.remaining(), plain, 0);
        if (written != size) {
            throw CorruptRecordsException.corrupt(
                    "snappy holds " + written + " bytes, not " + size);
        }
        compressed.skip(block.remaining()); // a block's size is that of what holds it
        return new ByteArrayInputStream(plain);
    }

    /** Reads the length that a block begins with, a varint of 32 bits (section 1). */
    private static int claimedBytes(ByteBuffer block, int maxBytes) throws CorruptRecordsException {
        long size = 0;
        int at = block.position();
        byte b = -1;
        for (int shift = 0; b < 0 && shift < Integer.SIZE && at < block.limit(); shift += 7) {
            b = block.get(at++);
            size |= (b & 0x7FL) << shift;
        }
        if (b < 0 || size > (long) MAX_EXPANSION * block.remaining()) {
            throw CorruptRecordsException.corrupt(
                    "snappy claims " + size + " bytes in " + block.remaining());
        }
        if (size > maxBytes) {
            throw CorruptRecordsException.tooLarge(maxBytes);
        }
        return (int) size;
    }
}
