// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model.batch;

import java.io.InputStream;
import java.nio.ByteBuffer;

/** Compressed bytes as the codecs want them, without a copy; says what they have left unread. */
final class ByteBufferInputStream extends InputStream {
    private final ByteBuffer bytes;

    ByteBufferInputStream(ByteBuffer bytes) {
        this.bytes = bytes.duplicate();
    }

    /** What is unread between position and limit; reading from it is reading from this. */
    ByteBuffer remaining() {
        return bytes;
    }

    @Override
    public int read() {
        return bytes.hasRemaining() ? bytes.get() & 0xFF : -1;
    }

    @Override
    public int read(byte[] dst, int at, int length) {
        if (length == 0) {
            return 0;
        }
        if (!bytes.hasRemaining()) {
            return -1;
        }
        int read = Math.min(length, bytes.remaining());
        bytes.get(dst, at, read);
        return read;
    }

    @Override
    public long skip(long wanted) {
        int skipped = (int) Math.max(0, Math.min(wanted, bytes.remaining()));
        bytes.position(bytes.position() + skipped);
        return skipped;
    }

    @Override
    public int available() {
        return bytes.remaining();
    }
}
