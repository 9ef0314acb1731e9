// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore.files;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/**
 * An open file. Reads may run on any thread, beside everything else; writes, truncation and close
 * belong to one thread at a time; a force may run beside writes and then covers at least those that
 * had returned when it was called.
 */
public interface LogFile extends Closeable {
    /**
     * Writes all that remains in {@code sources}, in order, starting at {@code position}.
     *
     * @throws DiskFullException if the disk has no room; a part may have been written
     */
    void write(long position, ByteBuffer... sources) throws IOException;

    /**
     * Reads until {@code target} is full or the file ends; returns the number of bytes read, 0 at
     * or beyond the end.
     */
    int read(long position, ByteBuffer target) throws IOException;

    /**
     * Sends up to {@code count} bytes from {@code position} to {@code target}, without a copy
     * through the heap where the platform can; returns the number of bytes sent.
     */
    long transferTo(long position, long count, WritableByteChannel target) throws IOException;

    /** Makes all bytes written, and the size, durable. Never retried after it failed. */
    void force() throws IOException;

    /** Cuts the file to {@code size} bytes. Durable after {@link #force}. */
    void truncate(long size) throws IOException;

    /** The size in bytes. */
    long size() throws IOException;

    @Override
    void close() throws IOException;
}
