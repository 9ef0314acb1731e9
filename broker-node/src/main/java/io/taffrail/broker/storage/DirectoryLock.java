// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.storage;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;

/**
 * Keeps a second process out of a data directory. Held by the operating system, so that it goes
 * with the process. The file stays: to delete it would let two processes lock two files of that
 * name. Inside stands the id of the process that has it, for people.
 */
record DirectoryLock(FileChannel channel) implements Closeable {
    static final String FILE_NAME = "lock";

    private static final int MAX_PID_DIGITS = 20;

    static DirectoryLock take(Path directory) throws IOException {
        Path file = directory.resolve(FILE_NAME);
        FileChannel channel = FileChannel.open(file, CREATE, READ, WRITE);
        boolean taken = false;
        try {
            taken = tryLock(channel);
            if (!taken) {
                throw new DataDirectoryException(
                        directory
                                + " is in use: "
                                + holder(channel)
                                + " holds "
                                + file
                                + ". Stop it, or give this node a data.dir of its own");
            }
            writePid(channel);
            return new DirectoryLock(channel);
        } finally {
            if (!taken) {
                channel.close();
            }
        }
    }

    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false; // this process has it
        }
    }

    private static void writePid(FileChannel channel) throws IOException {
        channel.truncate(0);
        ByteBuffer pid = US_ASCII.encode(ProcessHandle.current().pid() + "\n");
        while (pid.hasRemaining()) {
            channel.write(pid, pid.position());
        }
    }

    private static String holder(FileChannel channel) throws IOException {
        ByteBuffer pid = ByteBuffer.allocate(MAX_PID_DIGITS);
        channel.read(pid, 0);
        String text = US_ASCII.decode(pid.flip()).toString().strip();
        return text.matches("[0-9]+") ? "process " + text : "another process";
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
