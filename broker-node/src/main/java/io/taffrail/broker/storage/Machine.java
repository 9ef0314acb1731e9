// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.storage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/**
 * What a data directory asks of the machine, beside its files. A simulated disk comes with its own.
 */
public interface Machine {
    /** The one that this process runs on. */
    Machine LOCAL =
            new Machine() {
                @Override
                public Closeable lock(Path directory) throws IOException {
                    return DirectoryLock.take(directory);
                }

                @Override
                public Optional<String> bootId() throws IOException {
                    Path file = Path.of("/proc/sys/kernel/random/boot_id");
                    return Files.isReadable(file)
                            ? Optional.of(Files.readString(file).strip())
                            : Optional.empty();
                }
            };

    /**
     * Keeps every other process out of {@code directory}, which exists, until closed or until this
     * process ends.
     *
     * @throws DataDirectoryException if another one has it
     */
    Closeable lock(Path directory) throws IOException;

    /**
     * Names the time since the kernel was started: as long as it is the same, what was written is
     * there. Empty where the kernel has no such name.
     */
    Optional<String> bootId() throws IOException;

    /** An id that nobody else has: of a directory that is formatted, or of a process. */
    default UUID newId() {
        return UUID.randomUUID();
    }
}
