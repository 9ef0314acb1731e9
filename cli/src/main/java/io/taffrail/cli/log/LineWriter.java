// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.log;

import io.taffrail.model.batch.RecordCursor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Values, each with a newline behind it; on request with the key and a separator before it, where
 * there is a key. A tombstone is an empty line.
 */
final class LineWriter implements RecordWriter {
    private final OutputStream out;
    private final Optional<byte[]> keySeparator;
    private byte[] buffer = new byte[256 << 10];
    private int size;

    LineWriter(OutputStream out, Optional<byte[]> keySeparator) {
        this.out = out;
        this.keySeparator = keySeparator;
    }

    @Override
    public void write(ByteBuffer entry, int at, RecordCursor record) throws IOException {
        boolean withKey = keySeparator.isPresent() && record.hasKey();
        int keyBytes = withKey ? record.keyBytes() + keySeparator.get().length : 0;
        int valueBytes = record.hasValue() ? record.valueBytes() : 0;
        reserve(keyBytes + valueBytes + 1);
        if (withKey) {
            byte[] separator = keySeparator.get();
            record.copyKey(buffer, size);
            System.arraycopy(
                    separator, 0, buffer, size + keyBytes - separator.length, separator.length);
            size += keyBytes;
        }
        if (valueBytes > 0) {
            record.copyValue(buffer, size);
            size += valueBytes;
        }
        buffer[size++] = '\n';
    }

    private void reserve(int bytes) throws IOException {
        if (size + bytes > buffer.length) {
            flush();
        }
        if (bytes > buffer.length) {
            buffer = new byte[bytes];
        }
    }

    private void flush() throws IOException {
        out.write(buffer, 0, size);
        size = 0;
    }

    @Override
    public void close() throws IOException {
        flush();
        out.flush();
    }
}
