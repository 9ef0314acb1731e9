// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore;

import io.taffrail.logstore.files.FileSystem;
import io.taffrail.model.Clock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The room on a disk that appends leave free, so that small files, indexes, metadata and deletion
 * go on when the logs have filled it. Below the reserve appends are refused; they are taken again
 * as soon as there is room. The file system is asked four times a second at most; in between, what
 * is appended is counted.
 */
public final class DiskReserve {
    private static final long ASK_EVERY_NANOS = Duration.ofMillis(250).toNanos();

    private final FileSystem files;
    private final Path directory;
    private final Clock clock;
    private final long reserveBytes;
    private long askedAtNanos;
    private long roomBytes;
    private boolean asked;

    /** Keeps {@code reserveBytes} free on the disk that holds {@code directory}. */
    public DiskReserve(FileSystem files, Path directory, Clock clock, long reserveBytes) {
        this.files = files;
        this.directory = directory;
        this.clock = clock;
        this.reserveBytes = reserveBytes;
    }

    /**
     * Takes {@code bytes} of the room above the reserve; false, and nothing taken, if there is not
     * so much.
     */
    synchronized boolean take(long bytes) throws IOException {
        long now = clock.nanoTime();
        if (!asked || now - askedAtNanos >= ASK_EVERY_NANOS) {
            roomBytes = files.usableBytes(directory) - reserveBytes;
            askedAtNanos = now;
            asked = true;
        }
        if (bytes > roomBytes) {
            return false;
        }
        roomBytes -= bytes;
        return true;
    }

    /** Whether the disk is at its reserve: the broker then announces that it is read-only (P10). */
    public synchronized boolean exhausted() throws IOException {
        return files.usableBytes(directory) <= reserveBytes;
    }
}
