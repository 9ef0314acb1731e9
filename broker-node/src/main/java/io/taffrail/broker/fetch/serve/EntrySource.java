// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.fetch.serve;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.taffrail.logstore.LogSlice;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Brings the bytes of a slice into memory that an answer can hold. Safe for any thread. */
public interface EntrySource {
    /**
     * All bytes of the slice, to be released by the caller. The slice is closed once they do not
     * depend on it any more, whatever happens.
     *
     * @throws io.taffrail.logstore.LogSlice.SliceRevokedException if the slice is to be read again
     */
    ByteBuf take(LogSlice slice) throws IOException;

    /** Into the heap. */
    static EntrySource heap() {
        return slice -> {
            try (slice) {
                return Unpooled.wrappedBuffer(slice.copy());
            }
        };
    }

    /** With one read into a direct buffer of the pool. */
    static EntrySource direct(ByteBufAllocator pool) {
        return slice -> {
            try (slice) {
                ByteBuf bytes = pool.directBuffer(slice.bytes(), slice.bytes());
                boolean complete = false;
                try {
                    ByteBuffer target = bytes.internalNioBuffer(0, slice.bytes());
                    slice.read(0, target);
                    bytes.writerIndex(slice.bytes());
                    complete = true;
                    return bytes;
                } finally {
                    if (!complete) {
                        bytes.release();
                    }
                }
            }
        };
    }
}
