// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.storage;

import static io.taffrail.model.Invariants.check;

import io.taffrail.logstore.files.DamagedFileException;
import io.taffrail.logstore.files.FileSystem;
import io.taffrail.logstore.recovery.CleanMark;
import io.taffrail.model.Clock;
import io.taffrail.model.cluster.DirectoryId;
import io.taffrail.model.cluster.MetadataVersion;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A node's data directory: whose it is (P2), what the node must remember from one start to the next
 * (P3, P4, P21), and where its logs lie. Opened before everything else, by one process at a time.
 * The logs themselves are read and written by others.
 *
 * <p>Safe for use by many threads. Whatever it stores is durable when the method returns.
 */
public final class DataDirectory implements AutoCloseable {
    private static final String LOGS = "logs";
    private static final String RAFT = "raft";

    private final FileSystem files;
    private final Path path;
    private final Closeable lock;
    private final Optional<CleanMark> cleanMark;
    private final Optional<String> runningBootId;
    private final boolean sameBoot;
    private final StrayLogs strays;
    private NodeProperties properties;
    private BrokerState state;

    private DataDirectory(
            FileSystem files, Path path, int nodeId, Machine machine, Clock clock, Closeable lock)
            throws IOException {
        this.files = files;
        this.path = path;
        this.lock = lock;
        properties = new DirectoryFormat(files, path).readOrFormat(nodeId, machine);
        requireNode(nodeId);
        state = BrokerState.read(files, path);
        cleanMark = CleanMark.take(files, path); // before anything else is changed (P3)
        runningBootId = machine.bootId();
        sameBoot = runningBootId.isPresent() && runningBootId.equals(state.bootId());
        files.createDirectories(logsDirectory());
        files.syncDirectory(path);
        strays = StrayLogs.open(files, logsDirectory(), clock);
    }

    /**
     * Opens the directory of node {@code nodeId} on this machine, and formats it if it is missing
     * or empty.
     *
     * @throws DataDirectoryException if it is another node's, of a newer format, damaged, not empty
     *     and without an identity, not writable, or in use
     */
    public static DataDirectory open(FileSystem files, Path directory, int nodeId)
            throws DataDirectoryException {
        return open(files, directory, nodeId, Machine.LOCAL, Clock.SYSTEM);
    }

    /** The same, with a machine and a clock that may be simulated. */
    public static DataDirectory open(
            FileSystem files, Path directory, int nodeId, Machine machine, Clock clock)
            throws DataDirectoryException {
        Path path = directory.toAbsolutePath().normalize();
        try {
            new DirectoryFormat(files, path).make();
            return openLocked(files, path, nodeId, machine, clock);
        } catch (IOException e) {
            throw forPeople(path, e);
        }
    }

    private static DataDirectory openLocked(
            FileSystem files, Path path, int nodeId, Machine machine, Clock clock)
            throws IOException {
        Closeable lock = machine.lock(path);
        try {
            return new DataDirectory(files, path, nodeId, machine, clock, lock);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private void requireNode(int nodeId) throws DataDirectoryException {
        if (properties.nodeId() != nodeId) {
            throw new DataDirectoryException(
                    path
                            + " belongs to node "
                            + properties.nodeId()
                            + ", this is node "
                            + nodeId
                            + ". Set node.id to "
                            + properties.nodeId()
                            + ", or data.dir to this node's directory");
        }
    }

    /** The identity that it was given when it was formatted. */
    public synchronized DirectoryId directoryId() {
        return properties.directoryId();
    }

    /** Absolute. */
    public Path path() {
        return path;
    }

    /** Where the logs are, each in a directory named after its partition. It exists. */
    public Path logsDirectory() {
        return path.resolve(LOGS);
    }

    /** Where Raft keeps its state. Made by those who need it: only controllers do. */
    public Path raftDirectory() {
        return path.resolve(RAFT);
    }

    /** The cluster that this node joined; empty if it never joined one. */
    public synchronized Optional<String> clusterId() {
        return properties.clusterId();
    }

    /**
     * Binds the directory to a cluster, for good.
     *
     * @param clusterId without spaces
     * @throws DataDirectoryException if it is bound to another one, or the disk fails
     */
    public synchronized void joinCluster(String clusterId) throws DataDirectoryException {
        if (!clusterId.matches("\\S+")) {
            throw new IllegalArgumentException("'" + clusterId + "' is no cluster id");
        }
        if (properties.clusterId().isEmpty()) {
            NodeProperties joined = properties.withClusterId(clusterId);
            store(() -> joined.write(files, path));
            properties = joined;
        } else if (!properties.clusterId().get().equals(clusterId)) {
            throw new DataDirectoryException(
                    path
                            + " belongs to cluster "
                            + properties.clusterId().get()
                            + ", not "
                            + clusterId
                            + ". Check the controllers that this node is given, or set data.dir to"
                            + " an empty directory to join the other cluster");
        }
    }

    /** The broker epoch of the last registration (P2); empty before the first. */
    public synchronized OptionalLong brokerEpoch() {
        return state.epoch();
    }

    /**
     * Stores the broker epoch of a registration, before anything is acknowledged under it (P2).
     * From here on {@link #sameBoot} of the next start counts from the kernel that runs now: the
     * registration told the controller of any start before.
     *
     * @throws DataDirectoryException if it is lower than the one before, or the disk fails
     */
    public synchronized void storeBrokerEpoch(long brokerEpoch) throws DataDirectoryException {
        if (brokerEpoch < state.epoch().orElse(brokerEpoch)) {
            throw new DataDirectoryException(
                    path
                            + " was registered with broker epoch "
                            + state.epoch().getAsLong()
                            + ", and the controllers now give "
                            + brokerEpoch
                            + ": they have lost their metadata, or are those of another cluster. Bring"
                            + " the controllers' data directories back, or set data.dir to an empty"
                            + " directory to join what they have now");
        }
        replace(state.registered(brokerEpoch, runningBootId));
    }

    /**
     * Up to which metadata the directories of all replicas exist (P4). After a start no older image
     * is to be accepted.
     */
    public synchronized MetadataVersion appliedMetadata() {
        return state.appliedMetadata();
    }

    /**
     * Stores up to which metadata the directories of all replicas exist, and are forced (P4).
     *
     * @throws DataDirectoryException if the disk fails
     */
    public synchronized void storeAppliedMetadata(MetadataVersion version)
            throws DataDirectoryException {
        check(
                version.isAtLeast(state.appliedMetadata()),
                "applied metadata %s comes after %s",
                version,
                state.appliedMetadata());
        replace(state.applied(version));
    }

    /**
     * Whether, at the start, the kernel was still the one that ran when the last broker epoch was
     * stored: then no more than the process died, and what it wrote is there (P21). False where
     * that cannot be told.
     */
    public boolean sameBoot() {
        return sameBoot;
    }

    /**
     * What an orderly stop left, and the start took away (P3). It counts only with the controller's
     * last epoch for this broker and directory, which is not compared here.
     */
    public Optional<CleanMark> cleanMark() {
        return cleanMark;
    }

    /**
     * Writes the mark of an orderly stop: last, after every log was closed and forced (P3).
     *
     * @throws DataDirectoryException if the disk fails
     */
    public synchronized void writeCleanMark(CleanMark mark) throws DataDirectoryException {
        store(() -> mark.write(files, path));
    }

    /**
     * Makes a stray of the log in {@code logDirectory}, which is closed and lies in {@link
     * #logsDirectory} (P4).
     */
    public void renameToStray(Path logDirectory) throws IOException {
        strays.add(logDirectory.toAbsolutePath().normalize());
    }

    /**
     * Deletes a closed log that no metadata will ask for: of a topic that was deleted, whose id is
     * never used again, or damaged, and about to begin anew. Blocks for as long as the disk takes.
     */
    public void deleteLog(Path logDirectory) throws IOException {
        strays.remove(logDirectory);
    }

    /**
     * Puts a stray back in its place; false if there is none of that name. To be tried before a new
     * log is made (P4).
     *
     * @param logDirectoryName of the log as it was: {@code <topic>-<partition>.<topic id>}
     */
    public boolean restoreStray(String logDirectoryName) throws IOException {
        return strays.restore(logDirectoryName);
    }

    /** The strays that there are, the latest last. */
    public List<Stray> strays() {
        return strays.list();
    }

    /** Deletes the strays that are at least that old (P4), and returns them. */
    public List<Stray> deleteStrays(Duration atLeast) throws IOException {
        return strays.delete(atLeast);
    }

    /** Lets another process have it. Nothing is written. */
    @Override
    public void close() throws IOException {
        lock.close();
    }

    private void replace(BrokerState next) throws DataDirectoryException {
        if (!next.equals(state)) {
            store(() -> next.write(files, path));
            state = next;
        }
    }

    private void store(Write write) throws DataDirectoryException {
        try {
            write.run();
        } catch (IOException e) {
            throw forPeople(path, e);
        }
    }

    private static DataDirectoryException forPeople(Path path, IOException e) {
        if (e instanceof DataDirectoryException already) {
            return already;
        }
        if (e instanceof DamagedFileException) {
            return new DataDirectoryException(
                    e.getMessage()
                            + ". Nothing was changed; bring the file back from a backup, or set"
                            + " data.dir to an empty directory and let the node's replicas be"
                            + " filled again",
                    e);
        }
        return new DataDirectoryException(
                "cannot use the data directory "
                        + path
                        + ": "
                        + e
                        + ". It must be a directory on a disk that has room, and this user must be"
                        + " allowed to read and write it",
                e);
    }

    /** Something that may fail as disks do. */
    private interface Write {
        void run() throws IOException;
    }
}
