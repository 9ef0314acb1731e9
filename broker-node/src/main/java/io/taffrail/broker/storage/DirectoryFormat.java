// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.storage;

import io.taffrail.logstore.files.FileSystem;
import io.taffrail.logstore.files.SmallFile;
import io.taffrail.model.cluster.DirectoryId;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Makes an empty directory one of ours, and tells an empty one from one that has lost its name. */
record DirectoryFormat(FileSystem files, Path directory) {
    /** What a crash may leave of formatting, and what a new file system holds. */
    private static final Set<String> MEANS_NOTHING =
            Set.of(
                    DirectoryLock.FILE_NAME,
                    BrokerState.FILE_NAME,
                    BrokerState.FILE_NAME + SmallFile.UNFINISHED_SUFFIX,
                    NodeProperties.FILE_NAME + SmallFile.UNFINISHED_SUFFIX,
                    "lost+found");

    /** Makes the directory, where it is missing, so that no crash takes it away again. */
    void make() throws IOException {
        make(directory);
    }

    private void make(Path path) throws IOException {
        Path parent = path.getParent();
        if (files.exists(path)) {
            syncIfAllowed(parent); // it may be there since a moment ago, and not be durable
            return;
        }
        make(parent);
        files.createDirectories(path);
        files.syncDirectory(parent);
    }

    private void syncIfAllowed(Path parent) throws IOException {
        try {
            if (parent != null) {
                files.syncDirectory(parent);
            }
        } catch (AccessDeniedException e) {
            // Then it was not this user who made something in it.
        }
    }

    /** The identity of the directory; it is given one if it is empty. */
    NodeProperties readOrFormat(int nodeId, Machine machine) throws IOException {
        Optional<NodeProperties> existing = NodeProperties.read(files, directory);
        if (existing.isPresent()) {
            return existing.get();
        }
        requireEmpty();
        BrokerState.NEW.write(files, directory);
        NodeProperties made = NodeProperties.format(nodeId, new DirectoryId(machine.newId()));
        made.write(files, directory); // last: with it the directory is formatted
        return made;
    }

    private void requireEmpty() throws IOException {
        List<String> found =
                files.list(directory).stream()
                        .map(entry -> entry.getFileName().toString())
                        .filter(name -> !MEANS_NOTHING.contains(name) && !name.startsWith("."))
                        .toList();
        if (!found.isEmpty()) {
            throw new DataDirectoryException(
                    directory
                            + " has no "
                            + NodeProperties.FILE_NAME
                            + ", and is not empty: it holds "
                            + String.join(", ", found)
                            + ". Either it is not Taffrail's, or it has lost its identity. Nothing"
                            + " was changed; set data.dir to an empty directory, or bring "
                            + NodeProperties.FILE_NAME
                            + " back from a backup");
        }
    }
}
