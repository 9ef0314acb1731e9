// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore;

import io.taffrail.logstore.files.DamagedFileException;
import io.taffrail.logstore.files.FileSystem;
import io.taffrail.logstore.recovery.Checkpoint;
import io.taffrail.model.TopicPartition;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Whose log a directory holds. */
public final class LogDirectories {
    private LogDirectories() {}

    /**
     * The partition whose log is in {@code directory}: as its checkpoint says, else its name; empty
     * if neither says.
     */
    public static Optional<TopicPartition> partitionOf(FileSystem files, Path directory)
            throws IOException {
        try {
            Optional<Checkpoint> checkpoint = Checkpoint.read(files, directory);
            if (checkpoint.isPresent()) {
                return checkpoint.map(Checkpoint::partition);
            }
        } catch (DamagedFileException e) {
            // The name may do.
        }
        try {
            return Optional.of(
                    TopicPartition.parseDirectoryName(
                            directory.toAbsolutePath().getFileName().toString()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Throws if {@code directory} says that it holds another partition's log. */
    static void requireIdentity(FileSystem files, Path directory, TopicPartition partition)
            throws IOException {
        Optional<TopicPartition> found = partitionOf(files, directory);
        if (found.isPresent() && !found.get().equals(partition)) {
            throw new IOException(
                    directory
                            + " holds the log of "
                            + found.get().directoryName()
                            + ", not of "
                            + partition.directoryName());
        }
    }
}
