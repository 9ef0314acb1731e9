// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model.batch;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.GZIPOutputStream;
import java.util.zip.Inflater;

/**
 * Reads one gzip member (RFC 1952) and leaves what follows it unread. {@link
 * java.util.zip.GZIPInputStream} would go on with a second member, or ignore what is none.
 */
final class GzipInputStream extends BlockInputStream {
    private static final int MAGIC = 0x8B1F;
    private static final int DEFLATE = 8;

    // FLG of RFC 1952, 2.3.1
    private static final int HEADER_CRC = 1 << 1;
    private static final int EXTRA = 1 << 2;
    private static final int NAME = 1 << 3;
    private static final int COMMENT = 1 << 4;
    private static final int RESERVED = 0xE0;

    private static final int MTIME_XFL_OS_BYTES = 6;

    private final ByteBufferInputStream in;
    private final Inflater inflater;
    private final CRC32 crc = new CRC32();
    private boolean finished;

    GzipInputStream(ByteBufferInputStream in) throws IOException {
        this.in = in;
        readHeader();
        inflater = new Inflater(true);
        inflater.setInput(in.remaining());
    }

    static ByteBuffer compress(ByteBuffer plain) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(plain.remaining() / 2 + 32);
        try (GZIPOutputStream gzip = new GZIPOutputStream(out, 8 * 1024)) {
            gzip.write(plain.array(), plain.arrayOffset() + plain.position(), plain.remaining());
        }
        return ByteBuffer.wrap(out.toByteArray());
    }

    private void readHeader() throws IOException {
        if (readShort() != MAGIC || readByte() != DEFLATE) {
            throw CorruptRecordsException.corrupt("the records do not begin as gzip does");
        }
        int flags = readByte();
        if ((flags & RESERVED) != 0) {
            throw CorruptRecordsException.corrupt("a reserved flag of gzip is set");
        }
        skip(MTIME_XFL_OS_BYTES, "header");
        if ((flags & EXTRA) != 0) {
            skip(readShort(), "extra field");
        }
        if ((flags & NAME) != 0) {
            skipText();
        }
        if ((flags & COMMENT) != 0) {
            skipText();
        }
        if ((flags & HEADER_CRC) != 0) {
            skip(Short.BYTES, "header checksum"); // the entry's own checksum covers the header
        }
    }

    @Override
    public int read(byte[] dst, int at, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (finished) {
            return -1;
        }
        int read = inflate(dst, at, length);
        if (read > 0) {
            crc.update(dst, at, read);
            return read;
        }
        if (!inflater.finished()) {
            throw new EOFException("gzip is cut short");
        }
        finished = true;
        requireTrailer();
        return -1;
    }

    private int inflate(byte[] dst, int at, int length) throws IOException {
        try {
            return inflater.inflate(dst, at, length); // takes its input straight from the buffer
        } catch (DataFormatException e) {
            throw CorruptRecordsException.corrupt("the records are not gzip", e);
        }
    }

    private void requireTrailer() throws IOException {
        int expectedCrc = readInt();
        int expectedBytes = readInt();
        if (expectedCrc != (int) crc.getValue()
                || expectedBytes != (int) inflater.getBytesWritten()) {
            throw CorruptRecordsException.corrupt("gzip's trailer does not fit what came out");
        }
    }

    private int readInt() throws IOException {
        return readShort() | (readShort() << 16);
    }

    private int readShort() throws IOException {
        return readByte() | (readByte() << 8);
    }

    private int readByte() throws IOException {
        int b = in.read();
        if (b < 0) {
            throw new EOFException("gzip is cut short");
        }
        return b;
    }

    private void skip(int bytes, String what) throws IOException {
        if (in.skip(bytes) < bytes) {
            throw new EOFException("gzip is cut short in its " + what);
        }
    }

    private void skipText() throws IOException {
        int b;
        do {
            b = readByte();
        } while (b != 0);
    }

    @Override
    public void close() {
        inflater.end();
    }
}
