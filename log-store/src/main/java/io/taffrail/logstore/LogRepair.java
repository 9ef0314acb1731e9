// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore;

import io.taffrail.logstore.files.FileSystem;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Repair of a damaged log (P18, P19): a second log is filled from the leader in a directory beside,
 * in new files, and then takes the place of the damaged one, which serves what is intact of it
 * meanwhile. The owner opens the log in {@link #sideDirectory} with {@link PartitionLog#open},
 * begins it with {@link PartitionLog#restartAt}, fills it, closes both logs and calls {@link
 * #swapIn}.
 *
 * <p>A crash during the swap: {@code .repaired} says that the new log is whole. From then on {@link
 * #finish}, which the owner calls before it opens the log, carries on: the damaged directory steps
 * aside, the new one takes its name, the damaged one is deleted. An unfinished {@code .repair} is
 * no log yet: the owner goes on filling it or deletes it.
 */
public final class LogRepair {
    private static final String FILLING = ".repair";
    private static final String WHOLE = ".repaired";
    private static final String DAMAGED = ".damaged";

    private final FileSystem files;
    private final Path directory;

    /** The repair of the log in {@code directory}. */
    public LogRepair(FileSystem files, Path directory) {
        this.files = files;
        this.directory = directory;
    }

    /** Where the new log is filled. */
    public Path sideDirectory() {
        return sibling(FILLING);
    }

    /**
     * Puts the log in the side directory, which is closed, in the place of the damaged one, which
     * is closed too.
     */
    public void swapIn() throws IOException {
        files.rename(sideDirectory(), sibling(WHOLE));
        files.syncDirectory(parent());
        finish();
    }

    /**
     * Finishes a swap that a crash interrupted; does nothing if there is none. Durable when it
     * returns.
     */
    public void finish() throws IOException {
        if (files.exists(sibling(WHOLE))) {
            if (files.exists(directory)) {
                deleteTree(sibling(DAMAGED)); // of an earlier repair
                files.rename(directory, sibling(DAMAGED));
                files.syncDirectory(parent());
            }
            files.rename(sibling(WHOLE), directory);
            files.syncDirectory(parent());
        }
        if (files.exists(directory)) {
            deleteTree(sibling(DAMAGED));
            files.syncDirectory(parent());
        }
    }

    /** Gives an unfinished repair up. */
    public void discard() throws IOException {
        deleteTree(sideDirectory());
        files.syncDirectory(parent());
    }

    private void deleteTree(Path root) throws IOException {
        if (!files.exists(root)) {
            return;
        }
        for (Path child : files.list(root)) {
            if (files.isDirectory(child)) {
                deleteTree(child);
            } else {
                files.delete(child);
            }
        }
        files.delete(root);
    }

    private Path sibling(String suffix) {
        return directory.resolveSibling(directory.getFileName() + suffix);
    }

    private Path parent() {
        return directory.toAbsolutePath().getParent();
    }
}
