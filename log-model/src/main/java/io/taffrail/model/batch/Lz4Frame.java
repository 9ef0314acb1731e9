// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model.batch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import net.jpountz.lz4.LZ4FrameInputStream;
import net.jpountz.lz4.LZ4FrameOutputStream;

/**
 * The LZ4 frame format (lz4_Frame_format.md), one frame. Independent blocks are written, and read
 * by the library; linked blocks, which it does not read and which many others write, are read by
 * {@link LinkedLz4InputStream}. Both take memory for what really is in a block, not for what a
 * frame says its largest block may be.
 */
final class Lz4Frame {
    private static final int MAGIC = 0x184D2204;
    private static final int BLOCK_INDEPENDENCE = 1 << 5; // of FLG, the byte after the magic number

    private Lz4Frame() {}

    static ByteBuffer compress(ByteBuffer plain) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(plain.remaining() / 2 + 32);
        try (LZ4FrameOutputStream lz4 =
                new LZ4FrameOutputStream(out, LZ4FrameOutputStream.BLOCKSIZE.SIZE_64KB)) {
            lz4.write(plain.array(), plain.arrayOffset() + plain.position(), plain.remaining());
        }
        return ByteBuffer.wrap(out.toByteArray());
    }

    static InputStream open(ByteBufferInputStream compressed) throws IOException {
        ByteBuffer frame = compressed.remaining();
        // The library passes over skippable frames, which would be bytes that nobody looks at.
        if (frame.remaining() <= Integer.BYTES
                || RecordBatchLayout.getInt(frame, frame.position()) != MAGIC) {
            throw CorruptRecordsException.corrupt("the records do not begin as an LZ4 frame does");
        }
        if ((frame.get(frame.position() + Integer.BYTES) & BLOCK_INDEPENDENCE) == 0) {
            frame.position(frame.position() + Integer.BYTES);
            return new LinkedLz4InputStream(frame);
        }
        return new LZ4FrameInputStream(compressed, true);
    }
}
