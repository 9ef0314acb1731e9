// SPDX-License-Identifier: Apache-2.0
package io.taffrail.benchmark;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.zip.CRC32C;

/**
 * The least that has to be done for bytes to be in a file, checksummed: what the store is measured
 * beside. The file is gone when this is closed.
 */
final class BareFile implements AutoCloseable {
    private final Path path;
    private final FileChannel channel;
    private final long forceDelayNanos;
    private final CRC32C crc = new CRC32C();
    private long checksums; // used at the end, so that computing them cannot be left out

    BareFile(Path path, Duration forceDelay) throws IOException {
        this.path = path;
        this.channel = FileChannel.open(path, CREATE_NEW, WRITE);
        this.forceDelayNanos = forceDelay.toNanos();
    }

    /** Writes the whole of an array's buffer behind what is there. */
    void write(ByteBuffer bytes) throws IOException {
        crc.reset();
        crc.update(bytes.array(), bytes.arrayOffset(), bytes.limit());
        checksums |= crc.getValue();
        ByteBuffer rest = bytes.duplicate();
        while (rest.hasRemaining()) {
            channel.write(rest);
        }
    }

    void force() throws IOException {
        channel.force(false);
        SlowForceFileSystem.delay(forceDelayNanos);
    }

    @Override
    public void close() throws IOException {
        channel.close();
        Files.delete(path);
        if (checksums == 0) {
            throw new IllegalStateException("no checksum was computed");
        }
    }
}
