// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model.batch;

import java.io.IOException;
import java.nio.ByteBuffer;
import net.jpountz.xxhash.StreamingXXHash32;
import net.jpountz.xxhash.XXHash32;
import net.jpountz.xxhash.XXHashFactory;

/**
 * Reads one LZ4 frame (lz4_Frame_format.md) of linked blocks, each of which may refer to the 64 KiB
 * before it, and leaves what follows the frame unread. Every checksum that the frame has is
 * compared, and its content's size. Memory: those 64 KiB and one block, decoded, in so far as they
 * are really there. For {@link Lz4Frame}; one thread; to be closed.
 */
final class LinkedLz4InputStream extends BlockInputStream {
    private static final int HISTORY_BYTES = 64 * 1024;

    // FLG
    private static final int VERSION_MASK = 0xC0;
    private static final int VERSION = 0x40;
    private static final int BLOCK_CHECKSUM = 1 << 4;
    private static final int CONTENT_SIZE = 1 << 3;
    private static final int CONTENT_CHECKSUM = 1 << 2;
    private static final int FLG_RESERVED = 1 << 1;
    private static final int DICTIONARY_ID = 1;

    // BD
    private static final int BD_RESERVED = 0x8F;
    private static final int LEAST_BLOCK_SIZE_CODE = 4; // 64 KiB; 5, 6, 7 each 4 times the last

    private static final int FLG_AND_BD_BYTES = 2;

    /** Of a block's size: the block is not compressed. */
    private static final int STORED = 1 << 31;

    private final ByteBuffer frame;
    private final XXHash32 hash = XXHashFactory.fastestInstance().hash32();
    private final int maxBlockBytes;
    private final boolean hasBlockChecksums;
    private final boolean hasContentSize;
    private final long contentSize;
    private final StreamingXXHash32 contentHash; // null if the frame has no such checksum

    /** Up to 64 KiB that were decoded before, then the present block. */
    private byte[] window = new byte[0];

    private int windowAt;
    private int windowEnd;
    private long decoded;
    private boolean finished;

    /**
     * @param frame stands behind the magic number
     */
    LinkedLz4InputStream(ByteBuffer frame) throws CorruptRecordsException {
        this.frame = frame;
        int from = frame.position();
        requireBytes(FLG_AND_BD_BYTES);
        int flags = frame.get();
        int blockDescriptor = frame.get();
        requireFlags(flags);
        this.maxBlockBytes = maxBlockBytes(blockDescriptor);
        this.hasBlockChecksums = (flags & BLOCK_CHECKSUM) != 0;
        this.hasContentSize = (flags & CONTENT_SIZE) != 0;
        this.contentSize = hasContentSize ? nextLong() : 0;
        requireHeaderChecksum(from);
        this.contentHash =
                (flags & CONTENT_CHECKSUM) == 0
                        ? null
                        : XXHashFactory.fastestInstance().newStreamingHash32(0);
    }

    private static void requireFlags(int flags) throws CorruptRecordsException {
        if ((flags & VERSION_MASK) != VERSION || (flags & FLG_RESERVED) != 0) {
            throw CorruptRecordsException.corrupt("an LZ4 frame of an unknown version");
        }
        if ((flags & DICTIONARY_ID) != 0) {
            throw CorruptRecordsException.corrupt("an LZ4 frame that needs a dictionary");
        }
    }

    private static int maxBlockBytes(int blockDescriptor) throws CorruptRecordsException {
        int code = blockDescriptor >>> 4;
        if ((blockDescriptor & BD_RESERVED) != 0 || code < LEAST_BLOCK_SIZE_CODE) {
            throw CorruptRecordsException.corrupt("an LZ4 frame of an unknown block size");
        }
        return 1 << (2 * code + 8);
    }

    /** The header's checksum is the second byte of its hash. */
    private void requireHeaderChecksum(int from) throws CorruptRecordsException {
        requireBytes(1);
        int computed = hash.hash(frame, from, frame.position() - from, 0);
        if (frame.get() != (byte) (computed >>> 8)) {
            throw CorruptRecordsException.corrupt("an LZ4 frame's header checksum is wrong");
        }
    }

    @Override
    public int read(byte[] dst, int at, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (windowAt == windowEnd) {
            if (finished) {
                return -1;
            }
            nextBlock();
        }
        int read = Math.min(length, windowEnd - windowAt);
        System.arraycopy(window, windowAt, dst, at, read);
        windowAt += read;
        return read;
    }

    private void nextBlock() throws CorruptRecordsException {
        int header = nextInt();
        if (header == 0) {
            requireEnd();
            finished = true;
            return;
        }
        int size = header & ~STORED;
        // A stored block of no bytes is the frame's end to some libraries, and not to others.
        if (size == 0 || size > maxBlockBytes) {
            throw CorruptRecordsException.corrupt(
                    "an LZ4 block of " + size + " bytes in a frame of up to " + maxBlockBytes);
        }
        requireBytes(size);
        ByteBuffer block = frame.slice(frame.position(), size);
        frame.position(frame.position() + size);
        if (hasBlockChecksums && nextInt() != hash.hash(block, 0, size, 0)) {
            throw CorruptRecordsException.corrupt("an LZ4 block's checksum is wrong");
        }
        decode(block, header < 0);
    }

    private void decode(ByteBuffer block, boolean stored) throws CorruptRecordsException {
        int size = block.remaining();
        int room =
                stored ? size : (int) Math.min(maxBlockBytes, (long) size * Lz4Block.MAX_EXPANSION);
        makeRoom(room);
        if (stored) {
            block.get(window, windowEnd, size);
            windowEnd += size;
        } else {
            windowEnd = Lz4Block.decode(block, window, windowEnd, room);
        }
        int bytes = windowEnd - windowAt;
        decoded += bytes;
        if (contentHash != null) {
            contentHash.update(window, windowAt, bytes);
        }
    }

    /** Drops what no block can refer to any more, once there is no room behind it. */
    private void makeRoom(int bytes) {
        if (window.length - windowEnd >= bytes) {
            return;
        }
        int kept = Math.min(windowEnd, HISTORY_BYTES);
        byte[] from = window;
        if (window.length < kept + bytes) {
            int most = HISTORY_BYTES + maxBlockBytes;
            window = new byte[Math.max(kept + bytes, Math.min(2 * window.length, most))];
        }
        System.arraycopy(from, windowEnd - kept, window, 0, kept);
        windowAt = kept;
        windowEnd = kept;
    }

    private void requireEnd() throws CorruptRecordsException {
        if (contentHash != null && nextInt() != contentHash.getValue()) {
            throw CorruptRecordsException.corrupt("an LZ4 frame's content checksum is wrong");
        }
        if (hasContentSize && contentSize != decoded) {
            throw CorruptRecordsException.corrupt(
                    "an LZ4 frame holds "
                            + decoded
                            + " bytes, not "
                            + Long.toUnsignedString(contentSize));
        }
    }

    private int nextInt() throws CorruptRecordsException {
        requireBytes(Integer.BYTES);
        int at = frame.position();
        frame.position(at + Integer.BYTES);
        return RecordBatchLayout.getInt(frame, at);
    }

    private long nextLong() throws CorruptRecordsException {
        requireBytes(Long.BYTES);
        int at = frame.position();
        frame.position(at + Long.BYTES);
        return RecordBatchLayout.getLong(frame, at);
    }

    private void requireBytes(int bytes) throws CorruptRecordsException {
        if (frame.remaining() < bytes) {
            throw CorruptRecordsException.corrupt("an LZ4 frame is cut short");
        }
    }

    @Override
    public void close() {
        if (contentHash != null) {
            contentHash.close(); // native memory
        }
    }
}
