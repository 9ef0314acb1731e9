// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore.files;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The file system as far as the store uses it; what is assumed of it is in the package comment.
 * Safe for use by many threads.
 */
public interface FileSystem {
    /** How a file is opened. */
    enum OpenMode {
        /** For reading alone; the file must exist. */
        READ,
        /** For reading and writing; the file must exist. */
        READ_WRITE,
        /**
         * For reading and writing; the file is made if it is missing, and kept as it is if it is
         * there.
         */
        CREATE,
    }

    /**
     * Opens a file.
     *
     * @throws java.nio.file.NoSuchFileException if it must exist and does not
     */
    LogFile open(Path file, OpenMode mode) throws IOException;

    /**
     * Makes a directory, and those above it, where missing. Durable after {@link #syncDirectory} of
     * each one's parent.
     */
    void createDirectories(Path directory) throws IOException;

    boolean exists(Path path) throws IOException;

    boolean isDirectory(Path path) throws IOException;

    /**
     * The files and directories in a directory, ordered by name.
     *
     * @throws java.nio.file.NoSuchFileException if there is no such directory
     */
    List<Path> list(Path directory) throws IOException;

    /** The size of a file in bytes. */
    long size(Path file) throws IOException;

    /**
     * Renames a file or a directory; a file replaces a file at {@code to} atomically. Durable after
     * {@link #syncDirectory}.
     */
    void rename(Path from, Path to) throws IOException;

    /**
     * Removes a file or an empty directory; open files stay readable. Durable after {@link
     * #syncDirectory}.
     */
    void delete(Path path) throws IOException;

    /** Makes the entries of a directory durable. */
    void syncDirectory(Path directory) throws IOException;

    /** Bytes that can still be written to the file store that holds {@code path}. */
    long usableBytes(Path path) throws IOException;

    /** Bytes of that file store, taken or not. */
    long totalBytes(Path path) throws IOException;
}
