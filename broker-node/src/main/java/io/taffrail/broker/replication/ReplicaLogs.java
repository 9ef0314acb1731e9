// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication;

import io.taffrail.broker.storage.DataDirectory;
import io.taffrail.broker.storage.DataDirectoryException;
import io.taffrail.logstore.DiskReserve;
import io.taffrail.logstore.LogConfig;
import io.taffrail.logstore.LogEnvironment;
import io.taffrail.logstore.LogListener;
import io.taffrail.logstore.PartitionLog;
import io.taffrail.logstore.files.FileSystem;
import io.taffrail.logstore.recovery.CleanMark;
import io.taffrail.model.Clock;
import io.taffrail.model.TopicPartition;
import io.taffrail.model.cluster.MetadataVersion;
import io.taffrail.model.cluster.ReplicaEntry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the logs of this broker lie: finds, makes, and sets aside their directories (P4). Safe for
 * several threads, each with its own partition.
 */
public final class ReplicaLogs {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicaLogs.class);

    private final FileSystem files;
    private final Clock clock;
    private final Executor flusher;
    private final DiskReserve reserve;
    private final DataDirectory directory;
    private final MetadataVersion appliedAtStart;
    private final Map<String, Long> cleanEndOffsets;

    /**
     * @param flusher runs rounds of fsync, each of which blocks a thread
     */
    public ReplicaLogs(
            FileSystem files,
            Clock clock,
            Executor flusher,
            DiskReserve reserve,
            DataDirectory directory) {
        this.files = files;
        this.clock = clock;
        this.flusher = flusher;
        this.reserve = reserve;
        this.directory = directory;
        this.appliedAtStart = directory.appliedMetadata();
        this.cleanEndOffsets =
                directory
                        .cleanMark()
                        .filter(this::counts)
                        .map(CleanMark::endOffsets)
                        .orElse(Map.of());
    }

    /** A mark of an earlier registration comes from an old copy of the disk (P3). */
    private boolean counts(CleanMark mark) {
        return directory.brokerEpoch().equals(OptionalLong.of(mark.brokerEpoch()));
    }

    Clock clock() {
        return clock;
    }

    /**
     * Whether the replica was here when this broker last stopped, and its directory is gone: an
     * empty log in its place would pass for the whole one (P4).
     */
    boolean isLost(TopicPartition partition, ReplicaEntry replica) throws IOException {
        return !files.exists(pathOf(partition))
                && !directory.restoreStray(partition.directoryName())
                && replica.placedIndex() <= appliedAtStart.index();
    }

    /** Opens the log, or makes an empty one; durable, with its directory, when it returns. */
    PartitionLog open(TopicPartition partition, LogConfig config, LogListener listener)
            throws IOException {
        Long cleanEnd = cleanEndOffsets.get(partition.directoryName());
        return PartitionLog.open(
                new LogEnvironment(files, clock, flusher, reserve, listener),
                pathOf(partition),
                partition,
                config,
                cleanEnd == null ? OptionalLong.empty() : OptionalLong.of(cleanEnd));
    }

    /** Sets a directory aside that the metadata names no more; it is deleted much later (P4). */
    void setAside(TopicPartition partition) throws IOException {
        Path path = pathOf(partition);
        if (files.exists(path)) {
            directory.renameToStray(path);
        }
    }

    /**
     * Deletes a log that nobody will ask for again: its topic is gone, or it is damaged. Blocks.
     */
    void delete(TopicPartition partition) throws IOException {
        Path path = pathOf(partition);
        if (files.exists(path)) {
            directory.deleteLog(path);
        }
    }

    /** Sets aside every log whose directory is not among {@code named}. */
    void setAsideOthers(Set<String> named) throws IOException {
        for (Path path : files.list(directory.logsDirectory())) {
            String name = path.getFileName().toString();
            if (!named.contains(name) && isLog(name)) {
                LOG.warn("{} is not in the metadata, and is set aside", path);
                directory.renameToStray(path);
            }
        }
    }

    private static boolean isLog(String directoryName) {
        try {
            TopicPartition.parseDirectoryName(directoryName);
            return true;
        } catch (IllegalArgumentException e) {
            return false; // what repair or an earlier stray left
        }
    }

    /** The metadata up to {@code version} is in effect, and its directories exist (P4). */
    void applied(MetadataVersion version) throws DataDirectoryException {
        directory.storeAppliedMetadata(version);
    }

    private Path pathOf(TopicPartition partition) {
        return directory.logsDirectory().resolve(partition.directoryName());
    }
}
