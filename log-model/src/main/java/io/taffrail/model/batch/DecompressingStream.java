// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model.batch;

import java.io.IOException;
import java.io.InputStream;

/**
 * What all codecs' streams have in common: no more comes out than was allowed, nothing may be left
 * of the compressed bytes at the end, and whatever a library throws at bytes that it does not like
 * becomes a {@link CorruptRecordsException}.
 */
final class DecompressingStream extends BlockInputStream {
    private final InputStream codec;
    private final ByteBufferInputStream compressed;
    private final Compression compression;
    private final int maxBytes;
    private int left;

    DecompressingStream(
            InputStream codec,
            ByteBufferInputStream compressed,
            Compression compression,
            int maxBytes) {
        this.codec = codec;
        this.compressed = compressed;
        this.compression = compression;
        this.maxBytes = maxBytes;
        this.left = maxBytes;
    }

    @Override
    public int read(byte[] dst, int at, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        int read;
        do {
            read = readCodec(dst, at, length);
        } while (read == 0); // zstd's, when it has taken in bytes and given none
        if (read < 0) {
            requireNothingLeft();
            return -1;
        }
        if (read > left) {
            throw CorruptRecordsException.tooLarge(maxBytes);
        }
        left -= read;
        return read;
    }

    private int readCodec(byte[] dst, int at, int length) throws CorruptRecordsException {
        try {
            return codec.read(dst, at, length);
        } catch (CorruptRecordsException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw CorruptRecordsException.corrupt("the records are not " + compression, e);
        }
    }

    private void requireNothingLeft() throws CorruptRecordsException {
        int trailing = compressed.remaining().remaining();
        if (trailing > 0) {
            throw CorruptRecordsException.corrupt(
                    trailing + " bytes follow what " + compression + " has written");
        }
    }

    @Override
    public void close() throws IOException {
        codec.close();
    }
}
