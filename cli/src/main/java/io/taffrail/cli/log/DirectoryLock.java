// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.log;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import io.taffrail.cli.CommandFailedException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;

/**
 * Keeps a second writer out of a log's directory, whose files would be cut and overwritten under
 * the first. Held by the operating system, so that it goes with the process. The file stays: to
 * delete it would let two processes lock two files of that name.
 */
record DirectoryLock(FileChannel channel) implements Closeable {
    static final String FILE_NAME = ".lock";

    /** Takes the lock on {@code directory}, which exists. */
    static DirectoryLock take(Path directory) throws IOException {
        Path file = directory.resolve(FILE_NAME);
        FileChannel channel = FileChannel.open(file, CREATE, WRITE);
        boolean taken = false;
        try {
            FileLock lock = channel.tryLock();
            taken = lock != null;
        } catch (OverlappingFileLockException e) {
            // This process has it: the same answer.
        } finally {
            if (!taken) {
                channel.close();
            }
        }
        if (!taken) {
            throw new CommandFailedException(
                    directory
                            + ": another process is appending to this log, it holds "
                            + file
                            + ": wait for it or stop it");
        }
        return new DirectoryLock(channel);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
