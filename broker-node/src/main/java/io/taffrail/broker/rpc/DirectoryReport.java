// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import io.taffrail.model.cluster.DirectoryId;
import java.nio.file.Path;
import java.util.List;

/** How this broker's data directories are. Answers with what was last looked up; never blocks. */
@FunctionalInterface
public interface DirectoryReport {
    /** One for each directory. */
    List<Directory> directories();

    /**
     * A data directory; sizes in bytes.
     *
     * @param totalBytes size of the file system
     * @param freeBytes free on it
     * @param reserveBytes below so many free bytes the broker turns read-only
     * @param logBytes what the logs take
     */
    record Directory(
            DirectoryId id,
            Path path,
            Use use,
            long totalBytes,
            long freeBytes,
            long reserveBytes,
            long logBytes) {}

    /** Whether a directory can be used. */
    enum Use {
        ONLINE,
        /** A write or an fsync failed or hung there. */
        OFFLINE,
        /** At its reserve. */
        READ_ONLY
    }
}
