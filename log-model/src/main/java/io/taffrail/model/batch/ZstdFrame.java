// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model.batch;

import com.github.luben.zstd.RecyclingBufferPool;
import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * One Zstandard frame (RFC 8878). The library's stream reads ahead and goes on with further frames,
 * also skippable ones, so where the frame ends is found beforehand: from its header and the headers
 * of its blocks.
 */
final class ZstdFrame {
    private static final int MAGIC = 0xFD2FB528;
    private static final int LEVEL = 3; // the library's own default
    private static final int MAX_WINDOW_LOG =
            23; // 8 MiB, what RFC 8878 (3.1.1.1.2) wants supported

    private static final int SINGLE_SEGMENT = 1 << 5;
    private static final int CONTENT_CHECKSUM = 1 << 2;
    private static final int BLOCK_HEADER_BYTES = 3;
    private static final int RLE_BLOCK = 1;

    private ZstdFrame() {}

    static ByteBuffer compress(ByteBuffer plain) {
        byte[] bytes = new byte[plain.remaining()];
        plain.get(plain.position(), bytes);
        return ByteBuffer.wrap(Zstd.compress(bytes, LEVEL));
    }

    static InputStream open(ByteBufferInputStream compressed) throws IOException {
        ByteBuffer frame = compressed.remaining();
        requireOneFrame(frame);
        ZstdInputStreamNoFinalizer in =
                new ZstdInputStreamNoFinalizer(compressed, RecyclingBufferPool.INSTANCE);
        try {
            in.setLongMax(MAX_WINDOW_LOG); // also bounds a single segment by its content's size
            return in;
        } catch (IOException | RuntimeException e) {
            in.close();
            throw e;
        }
    }

    private static void requireOneFrame(ByteBuffer frame) throws CorruptRecordsException {
        long end = firstBlock(frame);
        boolean last = false;
        while (!last) {
            int header = littleEndian(frame, end, BLOCK_HEADER_BYTES);
            last = (header & 1) != 0;
            int size = header >>> 3;
            end += BLOCK_HEADER_BYTES + ((header >>> 1 & 3) == RLE_BLOCK ? 1 : size);
        }
        if ((descriptor(frame) & CONTENT_CHECKSUM) != 0) {
            end += Integer.BYTES;
        }
        if (end != frame.limit()) {
            throw CorruptRecordsException.corrupt(
                    "a zstd frame of "
                            + (end - frame.position())
                            + " bytes stands in "
                            + frame.remaining());
        }
    }

    private static long firstBlock(ByteBuffer frame) throws CorruptRecordsException {
        if (littleEndian(frame, frame.position(), Integer.BYTES) != MAGIC) {
            throw CorruptRecordsException.corrupt("the records do not begin as a zstd frame does");
        }
        int descriptor = descriptor(frame);
        boolean singleSegment = (descriptor & SINGLE_SEGMENT) != 0;
        int windowBytes = singleSegment ? 0 : 1;
        int dictionaryIdBytes = (1 << (descriptor & 3)) >> 1; // 0, 1, 2 or 4
        int contentSizeFlag = descriptor >>> 6;
        int contentSizeBytes = contentSizeFlag == 0 ? 1 - windowBytes : 1 << contentSizeFlag;
        return frame.position()
                + Integer.BYTES
                + 1L
                + windowBytes
                + dictionaryIdBytes
                + contentSizeBytes;
    }

    private static int descriptor(ByteBuffer frame) throws CorruptRecordsException {
        return littleEndian(frame, frame.position() + (long) Integer.BYTES, 1);
    }

    private static int littleEndian(ByteBuffer frame, long at, int bytes)
            throws CorruptRecordsException {
        if (at + bytes > frame.limit()) {
            throw CorruptRecordsException.corrupt("a zstd frame is cut short");
        }
        int value = 0;
        for (int n = 0; n < bytes; n++) {
            value |= (frame.get((int) at + n) & 0xFF) << (8 * n);
        }
        return value;
    }
}
