// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model.batch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * The codecs that records may be compressed with, and their two directions. What a codec writes is
 * exactly one frame (member, block): whatever follows it is refused, and so is a frame that needs
 * more memory than this class allows for, before that memory is taken. Safe for any thread, on
 * bytes from anyone.
 */
public enum Compression {
    NONE(1) {
        @Override
        ByteBuffer compressHeap(ByteBuffer plain) {
            return plain;
        }

        @Override
        InputStream open(ByteBufferInputStream compressed, int maxBytes) {
            return compressed;
        }
    },
    /** RFC 1952, one member. */
    GZIP(2) {
        @Override
        ByteBuffer compressHeap(ByteBuffer plain) throws IOException {
            return GzipInputStream.compress(plain);
        }

        @Override
        InputStream open(ByteBufferInputStream compressed, int maxBytes) throws IOException {
            return new GzipInputStream(compressed);
        }
    },
    /** One raw block. */
    SNAPPY(3) {
        @Override
        ByteBuffer compressHeap(ByteBuffer plain) throws IOException {
            return SnappyBlock.compress(plain);
        }

        @Override
        InputStream open(ByteBufferInputStream compressed, int maxBytes) throws IOException {
            return SnappyBlock.open(compressed, maxBytes);
        }
    },
    /** The frame format, one frame. */
    LZ4(4) {
        @Override
        ByteBuffer compressHeap(ByteBuffer plain) throws IOException {
            return Lz4Frame.compress(plain);
        }

        @Override
        InputStream open(ByteBufferInputStream compressed, int maxBytes) throws IOException {
            return Lz4Frame.open(compressed);
        }
    },
    /** RFC 8878, one frame, without a dictionary, window up to 8 MiB. */
    ZSTD(5) {
        @Override
        ByteBuffer compressHeap(ByteBuffer plain) {
            return ZstdFrame.compress(plain);
        }

        @Override
        InputStream open(ByteBufferInputStream compressed, int maxBytes) throws IOException {
            return ZstdFrame.open(compressed);
        }
    };

    static final int HIGHEST_ID = 5;

    private static final int FIRST_CHUNK_BYTES = 16 * 1024;

    private final int id;

    Compression(int id) {
        this.id = id;
    }

    /** What is written to an entry and in protobuf. */
    public int id() {
        return id;
    }

    /** The codec of that id; 0, which a client sends who has left it out, is {@link #NONE}. */
    public static Optional<Compression> byId(int id) {
        return switch (id) {
            case 0, 1 -> Optional.of(NONE);
            case 2 -> Optional.of(GZIP);
            case 3 -> Optional.of(SNAPPY);
            case 4 -> Optional.of(LZ4);
            case 5 -> Optional.of(ZSTD);
            default -> Optional.empty();
        };
    }

    /**
     * Compresses what is between position and limit of {@code plain}, both of which stay. {@link
     * #NONE} gives a view, every other codec new bytes on the heap.
     */
    public ByteBuffer compress(ByteBuffer plain) {
        try {
            return compressHeap(this == NONE ? plain.duplicate() : onHeap(plain));
        } catch (IOException e) {
            throw new IllegalStateException(this + " failed in memory", e);
        }
    }

    /**
     * Decompresses what is between position and limit of {@code compressed}, both of which stay.
     * {@link #NONE} gives a view, every other codec new bytes on the heap, at most {@code
     * maxBytes}.
     *
     * @throws CorruptRecordsException if it is not one whole frame of this codec, or would be
     *     larger
     */
    public ByteBuffer decompress(ByteBuffer compressed, int maxBytes)
            throws CorruptRecordsException {
        if (this == NONE) {
            if (compressed.remaining() > maxBytes) {
                throw CorruptRecordsException.tooLarge(maxBytes);
            }
            return compressed.slice();
        }
        try (InputStream in = decompressing(compressed, maxBytes)) {
            return readAll(in, maxBytes);
        } catch (CorruptRecordsException e) {
            throw e;
        } catch (IOException e) {
            throw CorruptRecordsException.corrupt("the records are not " + this, e);
        }
    }

    /**
     * Decompresses bit by bit, in memory that does not grow with what comes out, except for {@link
     * #SNAPPY}, whose format needs it all at once. Every failure to read is a {@link
     * CorruptRecordsException}. To be closed.
     *
     * @param compressed between its position and its limit, both of which stay
     * @throws CorruptRecordsException if it does not even begin as this codec does
     */
    public InputStream decompressing(ByteBuffer compressed, int maxBytes)
            throws CorruptRecordsException {
        ByteBufferInputStream source = new ByteBufferInputStream(compressed);
        try {
            return new DecompressingStream(open(source, maxBytes), source, this, maxBytes);
        } catch (CorruptRecordsException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw CorruptRecordsException.corrupt("the records are not " + this, e);
        }
    }

    /** {@code plain} has an array. */
    abstract ByteBuffer compressHeap(ByteBuffer plain) throws IOException;

    abstract InputStream open(ByteBufferInputStream compressed, int maxBytes) throws IOException;

    /** The bytes between position and limit, in an array: as they are if they have one. */
    static ByteBuffer onHeap(ByteBuffer bytes) {
        if (bytes.hasArray()) {
            return bytes.duplicate();
        }
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(bytes.position(), copy);
        return ByteBuffer.wrap(copy);
    }

    /** Grows with what really came, not with what a frame says of itself. */
    private static ByteBuffer readAll(InputStream in, int maxBytes) throws IOException {
        byte[] bytes = new byte[Math.min(FIRST_CHUNK_BYTES, maxBytes)];
        int size = 0;
        while (true) {
            if (size == bytes.length) {
                int next = in.read(); // past maxBytes this throws
                if (next < 0) {
                    return ByteBuffer.wrap(bytes, 0, size);
                }
                bytes = Arrays.copyOf(bytes, (int) Math.min(2L * size + 1, maxBytes));
                bytes[size++] = (byte) next;
            }
            int read = in.read(bytes, size, bytes.length - size);
            if (read < 0) {
                return ByteBuffer.wrap(bytes, 0, size);
            }
            size += read;
        }
    }
}
