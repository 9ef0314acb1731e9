// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model.batch;

import java.io.IOException;
import java.io.InputStream;

/** A stream that gives its bytes in blocks: a single one is a block of that size. */
abstract class BlockInputStream extends InputStream {
    @Override
    public final int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public abstract int read(byte[] dst, int at, int length) throws IOException;
}
