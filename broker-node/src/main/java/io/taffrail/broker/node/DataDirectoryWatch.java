// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.node;

import io.taffrail.broker.lifecycle.FaultReporter;
import io.taffrail.broker.replication.Replicas;
import io.taffrail.broker.rpc.DirectoryReport;
import io.taffrail.broker.storage.DataDirectory;
import io.taffrail.logstore.DiskReserve;
import io.taffrail.logstore.files.FileSystem;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the data directory's disk now and then: how full it is, whether it is at the reserve,
 * and which directories that were set aside may be deleted.
 */
final class DataDirectoryWatch implements DirectoryReport {
    private static final Logger LOG = LoggerFactory.getLogger(DataDirectoryWatch.class);
    private static final Duration STRAYS_KEPT = Duration.ofHours(1); // P4

    private final FileSystem files;
    private final DataDirectory directory;
    private final DiskReserve reserve;
    private final long reserveBytes;
    private final Replicas replicas;
    private final FaultReporter faults;
    private final Runnable onChange;
    private volatile Directory seen;

    /**
     * @param onChange called after the disk came to its reserve, or has room again
     */
    DataDirectoryWatch(
            FileSystem files,
            DataDirectory directory,
            DiskReserve reserve,
            long reserveBytes,
            Replicas replicas,
            FaultReporter faults,
            Runnable onChange) {
        this.files = files;
        this.directory = directory;
        this.reserve = reserve;
        this.reserveBytes = reserveBytes;
        this.replicas = replicas;
        this.faults = faults;
        this.onChange = onChange;
        this.seen =
                new Directory(
                        directory.directoryId(),
                        directory.path(),
                        Use.ONLINE,
                        0,
                        0,
                        reserveBytes,
                        0);
    }

    @Override
    public List<Directory> directories() {
        return List.of(seen);
    }

    /** Below the reserve: appends are refused (P10). */
    boolean readOnly() {
        return seen.use() == Use.READ_ONLY;
    }

    /** Looks again. Blocks on the disk. */
    void look() {
        Use before = seen.use();
        try {
            seen =
                    new Directory(
                            directory.directoryId(),
                            directory.path(),
                            use(),
                            files.totalBytes(directory.path()),
                            files.usableBytes(directory.path()),
                            reserveBytes,
                            replicas.counts().logBytes());
            directory
                    .deleteStrays(STRAYS_KEPT)
                    .forEach(stray -> LOG.info("deleted {}, set aside long ago", stray));
        } catch (IOException e) {
            LOG.warn("cannot look at the disk of {}", directory.path(), e);
        }
        if (seen.use() != before) {
            LOG.warn(
                    "{} is {} now: {} bytes free, the reserve is {}",
                    directory.path(),
                    seen.use(),
                    seen.freeBytes(),
                    reserveBytes);
            onChange.run();
        }
    }

    private Use use() throws IOException {
        if (faults.directoryOffline()) {
            return Use.OFFLINE;
        }
        return reserve.exhausted() ? Use.READ_ONLY : Use.ONLINE;
    }
}
