// SPDX-License-Identifier: Apache-2.0
package io.taffrail.node;

import io.taffrail.logstore.files.LogFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/** An open file of a {@link LifeDisk}. */
final class LifeFile implements LogFile {
    private final LifeDisk disk;
    private final LogFile file;

    LifeFile(LifeDisk disk, LogFile file) {
        this.disk = disk;
        this.file = file;
    }

    @Override
    public void write(long position, ByteBuffer... sources) throws IOException {
        disk.act(() -> file.write(position, sources));
    }

    @Override
    public int read(long position, ByteBuffer target) throws IOException {
        return disk.use(() -> file.read(position, target));
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target)
            throws IOException {
        return disk.use(() -> file.transferTo(position, count, target));
    }

    @Override
    public void force() throws IOException {
        disk.act(file::force);
    }

    @Override
    public void truncate(long size) throws IOException {
        disk.act(() -> file.truncate(size));
    }

    @Override
    public long size() throws IOException {
        return disk.use(file::size);
    }

    /** At any time: nothing of the disk is changed by it. */
    @Override
    public void close() throws IOException {
        file.close();
    }
}
