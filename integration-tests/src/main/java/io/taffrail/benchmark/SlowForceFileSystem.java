// SPDX-License-Identifier: Apache-2.0
package io.taffrail.benchmark;

import io.taffrail.logstore.files.FileSystem;
import io.taffrail.logstore.files.LogFile;
import io.taffrail.testsupport.ForwardingFileSystem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * A file system on which each fsync takes longer by a fixed time: what a disk without a write cache
 * that survives a power cut looks like.
 */
final class SlowForceFileSystem extends ForwardingFileSystem {
    private final long delayNanos;

    SlowForceFileSystem(FileSystem disk, Duration delay) {
        super(disk);
        this.delayNanos = delay.toNanos();
    }

    private void delay() {
        delay(delayNanos);
    }

    static void delay(long nanos) {
        long end = System.nanoTime() + nanos;
        for (long left = nanos; left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    @Override
    public LogFile open(Path file, OpenMode mode) throws IOException {
        return new SlowForceFile(super.open(file, mode));
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
        super.syncDirectory(directory);
        delay();
    }

    private final class SlowForceFile implements LogFile {
        private final LogFile file;

        SlowForceFile(LogFile file) {
            this.file = file;
        }

        @Override
        public void write(long position, ByteBuffer... sources) throws IOException {
            file.write(position, sources);
        }

        @Override
        public int read(long position, ByteBuffer target) throws IOException {
            return file.read(position, target);
        }

        @Override
        public long transferTo(long position, long count, WritableByteChannel target)
                throws IOException {
            return file.transferTo(position, count, target);
        }

        @Override
        public void force() throws IOException {
            file.force();
            delay();
        }

        @Override
        public void truncate(long size) throws IOException {
            file.truncate(size);
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
