// SPDX-License-Identifier: Apache-2.0
package io.taffrail.simulation;

import io.taffrail.logstore.files.FileSystem;
import io.taffrail.testsupport.ForwardingFileSystem;
import java.io.IOException;
import java.nio.file.Path;

/** A disk on which a log that is set aside is gone at once (P4). */
final class ForgetfulStrays extends ForwardingFileSystem {
    ForgetfulStrays(FileSystem disk) {
        super(disk);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        if (to.toString().endsWith(".stray")) {
            deleteTree(from);
            createDirectories(to); // empty
        } else {
            super.rename(from, to);
        }
    }

    private void deleteTree(Path path) throws IOException {
        if (isDirectory(path)) {
            for (Path entry : list(path)) {
                deleteTree(entry);
            }
        }
        delete(path);
    }
}
