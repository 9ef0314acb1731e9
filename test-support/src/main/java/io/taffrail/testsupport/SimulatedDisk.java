// SPDX-License-Identifier: Apache-2.0
package io.taffrail.testsupport;

import io.taffrail.logstore.files.FileSystem;
import io.taffrail.logstore.files.LogFile;
import io.taffrail.testsupport.NameChange.Entry;
import io.taffrail.testsupport.Operation.Kind;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * A disk in memory that remembers what of it is durable, and loses the rest when told to. Of the
 * same seed and the same operations it makes the same disk.
 *
 * <p>Its rules are those in the package comment of {@code io.taffrail.logstore.files}, taken at
 * their worst: a force does not make a name durable; a directory that is not durable takes its
 * content along, whatever was synced inside; a force covers the writes that had returned when it
 * was called and none after; a force that failed has dropped its changes, which reads still see but
 * no later force makes durable. In one point it is kinder: a rename between two directories is
 * atomic, and durable once either of them is synced.
 *
 * <p>The root directory is there from the start, and is the working directory of relative paths.
 *
 * <p>Operations that change or force something are numbered from 1. At {@link #stopAt} the power
 * goes off, and stays off until {@link #powerCut} or {@link #processCrash}, after which all files
 * opened before are dead. Faults, hooks and the capacity stay as they are set, over restarts too.
 *
 * <p>Safe for use by many threads; they share one lock, which is not held while a hook runs.
 */
public final class SimulatedDisk implements FileSystem {
    final Object lock = new Object();
    final OperationGate gate = new OperationGate();
    final Space space = new Space();
    final Hooks hooks = new Hooks();

    private final long seed;
    private final Random random;
    private final NameTree tree = new NameTree();
    private final Set<SimulatedFile> openFiles = new LinkedHashSet<>();
    private final Set<DirectoryNode> unsyncedDirectories = new LinkedHashSet<>();

    public SimulatedDisk(long seed) {
        this.seed = seed;
        this.random = new Random(seed);
    }

    // ---- the file system

    @Override
    public LogFile open(Path file, OpenMode mode) throws IOException {
        Path path = NameTree.absolute(file);
        synchronized (lock) {
            gate.requirePower(path);
            if (mode == OpenMode.CREATE && tree.find(path).isEmpty()) {
                create(Kind.CREATE, path, new FileNode());
            }
            FileNode node = tree.file(path);
            SimulatedFile opened = new SimulatedFile(this, path, node, mode != OpenMode.READ);
            node.opened();
            openFiles.add(opened);
            return opened;
        }
    }

    /** Called by an open file, under the lock. */
    void closed(SimulatedFile file, FileNode node) {
        openFiles.remove(file);
        node.closed();
        space.freeIfUnused(node);
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        Path path = NameTree.absolute(directory);
        synchronized (lock) {
            gate.requirePower(path);
            for (int names = 1; names <= path.getNameCount(); names++) {
                Path next = path.getRoot().resolve(path.subpath(0, names));
                Optional<Node> found = tree.find(next);
                if (found.isEmpty()) {
                    create(Kind.MAKE_DIRECTORY, next, new DirectoryNode());
                } else if (next.equals(path) && found.get() instanceof FileNode) {
                    throw new FileAlreadyExistsException(path.toString());
                }
            }
        }
    }

    private void create(Kind kind, Path path, Node node) throws IOException {
        Entry entry = tree.entry(path);
        if (gate.begin(kind, path) == Extent.WHOLE) {
            change(NameChange.add(gate.count(), node, entry));
        }
        gate.end();
    }

    private void change(NameChange change) {
        DirectoryNode.change(change);
        unsyncedDirectories.addAll(change.directories());
    }

    @Override
    public boolean exists(Path path) throws IOException {
        return found(path).isPresent();
    }

    @Override
    public boolean isDirectory(Path path) throws IOException {
        return found(path).filter(DirectoryNode.class::isInstance).isPresent();
    }

    private Optional<Node> found(Path path) throws IOException {
        synchronized (lock) {
            gate.requirePower(path);
            return tree.find(NameTree.absolute(path));
        }
    }

    @Override
    public List<Path> list(Path directory) throws IOException {
        synchronized (lock) {
            gate.requirePower(directory);
            return tree.directory(NameTree.absolute(directory)).names().stream()
                    .map(directory::resolve)
                    .toList();
        }
    }

    @Override
    public long size(Path file) throws IOException {
        synchronized (lock) {
            gate.requirePower(file);
            return tree.file(NameTree.absolute(file)).size();
        }
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        Path source = NameTree.absolute(from);
        Path target = NameTree.absolute(to);
        synchronized (lock) {
            gate.requirePower(source);
            Node node = tree.get(source);
            if (source.equals(target)) {
                return;
            }
            tree.requireReplaceable(source, target);
            if (gate.begin(Kind.RENAME, source, target, 0, 0) == Extent.WHOLE) {
                Entry added = tree.entry(target);
                Node replaced = added.directory().get(added.name());
                change(NameChange.move(gate.count(), node, tree.entry(source), added));
                unlinked(replaced);
            }
            gate.end();
        }
    }

    private void unlinked(Node node) {
        if (node instanceof FileNode file) {
            file.linked(false);
            space.freeIfUnused(file);
        }
    }

    @Override
    public void delete(Path path) throws IOException {
        Path absolute = NameTree.absolute(path);
        synchronized (lock) {
            gate.requirePower(absolute);
            Node node = tree.get(absolute);
            tree.requireRemovable(node, absolute);
            Entry entry = tree.entry(absolute);
            if (gate.begin(Kind.DELETE, absolute) == Extent.WHOLE) {
                change(NameChange.remove(gate.count(), node, entry));
                unlinked(node);
            }
            gate.end();
        }
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
        Path path = NameTree.absolute(directory);
        synchronized (lock) {
            gate.requirePower(path);
            DirectoryNode node = tree.directory(path);
            Extent extent = beginSync(path, node);
            if (!hooks.directorySyncsIgnored) {
                node.sync(node.numberOfUnsynced(extent.of(node.unsynced())));
            }
            unsyncedDirectories.removeIf(unsynced -> unsynced.unsynced() == 0);
            gate.end();
        }
    }

    private Extent beginSync(Path path, DirectoryNode node) throws IOException {
        try {
            return gate.begin(Kind.SYNC_DIRECTORY, path);
        } catch (PowerOffException e) {
            throw e;
        } catch (IOException e) {
            node.dropFromWriteback();
            throw e;
        }
    }

    @Override
    public long usableBytes(Path path) throws IOException {
        synchronized (lock) {
            gate.requirePower(path);
            return space.usable();
        }
    }

    @Override
    public long totalBytes(Path path) throws IOException {
        synchronized (lock) {
            gate.requirePower(path);
            return space.capacity();
        }
    }

    // ---- crashes

    /**
     * Cuts the power and brings the machine up again: open files are dead, and of what was not
     * durable there is left what {@code kind} says. All that can be read after it is durable.
     */
    public void powerCut(PowerCut kind) {
        synchronized (lock) {
            handlesDie();
            Survivors survivors = new Survivors(kind, random, gate.count());
            Map<DirectoryNode, Long> kept = new LinkedHashMap<>();
            for (DirectoryNode directory : unsyncedDirectories) {
                int count = survivors.ofDirectory(directory.unsynced());
                kept.put(directory, directory.numberOfUnsynced(count));
            }
            kept.forEach(DirectoryNode::sync);
            unsyncedDirectories.clear();
            tree.restart();
            filesRestart(survivors);
            gate.restart("-- power cut: " + kind);
        }
    }

    private void filesRestart(Survivors survivors) {
        long used = 0;
        for (Node node : tree.nodes()) {
            if (node instanceof FileNode file) {
                file.linked(true);
                file.restart(survivors);
                used += file.size();
            }
        }
        space.recount(used);
    }

    /**
     * Ends the process and starts it again: open files are dead, and all that was written is there,
     * no more durable than before.
     */
    public void processCrash() {
        synchronized (lock) {
            handlesDie();
            long used = 0;
            for (Node node : tree.nodes()) {
                used += node instanceof FileNode file ? file.size() : 0;
            }
            space.recount(used);
            gate.restart("-- process crash");
        }
    }

    private void handlesDie() {
        openFiles.forEach(SimulatedFile::die);
        openFiles.clear();
    }

    /**
     * Turns the power off at the operation with this number, or at the first one after it. It and
     * all after it throw {@link PowerOffException} until the next {@link #powerCut} or {@link
     * #processCrash}, which also forgets a stop that was not reached.
     */
    public void stopAt(long operation, StopMode mode) {
        synchronized (lock) {
            gate.stopAt(operation, mode);
        }
    }

    /** How many operations were numbered so far. */
    public long operations() {
        synchronized (lock) {
            return gate.count();
        }
    }

    /** Whether a stop was reached and nothing restarted since. */
    public boolean isPowerOff() {
        synchronized (lock) {
            return gate.isOff();
        }
    }

    /** The last operations, for messages of failing tests. */
    public List<String> trace() {
        synchronized (lock) {
            return gate.trace();
        }
    }

    // ---- errors

    /** Fails the next operation that matches, once. A write that fails writes nothing. */
    public void failNext(Predicate<Operation> which, IOException error) {
        failNth(1, which, error);
    }

    /** Fails the {@code nth} operation from now that matches, once. */
    public void failNth(int nth, Predicate<Operation> which, IOException error) {
        synchronized (lock) {
            gate.fail(which, nth, false, () -> error);
        }
    }

    /** Fails all operations that match, until {@link #clearFailures}. */
    public void failAlways(Predicate<Operation> which, Supplier<? extends IOException> error) {
        synchronized (lock) {
            gate.fail(which, 1, true, error);
        }
    }

    public void clearFailures() {
        synchronized (lock) {
            gate.clearFailures();
        }
    }

    /** Limits the sum of the sizes of all files. What is there already stays. */
    public void setCapacityBytes(long bytes) {
        synchronized (lock) {
            space.setCapacity(bytes);
        }
    }

    // ---- hooks, and lies

    /** Called in every force, once it is settled which writes it covers. */
    public void onBeforeForce(DiskHook hook) {
        hooks.beforeForce = hook;
    }

    public void onBeforeWrite(DiskHook hook) {
        hooks.beforeWrite = hook;
    }

    /** Makes every force take this long, in place of {@link #onBeforeForce}. */
    public void setForceDelay(Duration delay) {
        onBeforeForce(delay.isZero() ? DiskHook.NONE : path -> sleep(delay));
    }

    private static void sleep(Duration delay) throws IOException {
        try {
            Thread.sleep(delay.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted in a slow force");
        }
    }

    /** Forces of these files return and make nothing durable: as if nobody had called them. */
    public void ignoreForce(Predicate<Path> files) {
        hooks.ignoredForces = files;
    }

    /** Directory syncs return and make nothing durable: as if nobody had called them. */
    public void ignoreDirectorySync(boolean ignore) {
        hooks.directorySyncsIgnored = ignore;
    }

    // ---- damage by hand: neither numbered nor refused while the power is off

    /** Flips a bit in memory and on disk; one beyond the end is not there to flip. */
    public void flipBit(Path file, long position, int bit) {
        inspect(
                file,
                node -> {
                    node.flipBit(position, bit);
                    return node;
                });
    }

    /** Cuts a file in memory and on disk. */
    public void truncateQuietly(Path file, long size) {
        inspect(
                file,
                node -> {
                    long oldSize = node.size();
                    node.damageByCutting(size);
                    space.free(oldSize - node.size());
                    return node;
                });
    }

    /**
     * Removes a file or an empty directory in memory and on disk. Other changes to its directory
     * become durable.
     */
    public void deleteQuietly(Path path) {
        Path absolute = NameTree.absolute(path);
        synchronized (lock) {
            try {
                Node node = tree.get(absolute);
                tree.requireRemovable(node, absolute);
                Entry entry = tree.entry(absolute);
                entry.directory().damageByRemoving(entry.name());
                unlinked(node);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    // ---- looking inside: not refused while the power is off

    public boolean hasFile(Path file) {
        synchronized (lock) {
            return tree.find(NameTree.absolute(file))
                    .filter(FileNode.class::isInstance)
                    .isPresent();
        }
    }

    /** What reads see. */
    public byte[] contents(Path file) {
        return inspect(file, FileNode::contents);
    }

    /** What {@link PowerCut#DROP_ALL_UNSYNCED} would leave; empty if that left no such file. */
    public Optional<byte[]> durableContents(Path file) {
        synchronized (lock) {
            return tree.findDurable(NameTree.absolute(file))
                    .filter(FileNode.class::isInstance)
                    .map(node -> ((FileNode) node).durableContents());
        }
    }

    /**
     * How many bytes from the start of a file every power cut leaves as reads see them now; 0 if
     * its name is not durable.
     */
    public long durableBytes(Path file) {
        Path path = NameTree.absolute(file);
        return inspect(path, node -> tree.isDurable(path) ? node.durableBytes() : 0L);
    }

    /**
     * Whether every power cut leaves a file or directory as it is now: all names on the way to it,
     * and the bytes of a file. For a directory that says nothing of what is in it.
     */
    public boolean isDurable(Path path) {
        Path absolute = NameTree.absolute(path);
        synchronized (lock) {
            return tree.isDurable(absolute)
                    && tree.find(absolute)
                            .filter(node -> !(node instanceof FileNode file) || file.isDurable())
                            .isPresent();
        }
    }

    private <T> T inspect(Path file, Function<FileNode, T> look) {
        synchronized (lock) {
            try {
                return look.apply(tree.file(NameTree.absolute(file)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** How many files are open: 0 at the end of a test that leaks none. */
    public int openHandles() {
        return openPaths().size();
    }

    /** The paths that the open files were opened by, a path once for each. */
    public List<Path> openPaths() {
        synchronized (lock) {
            List<Path> paths = new ArrayList<>();
            openFiles.forEach(file -> paths.add(file.path()));
            return paths;
        }
    }

    @Override
    public String toString() {
        return "SimulatedDisk[seed=" + seed + ", operations=" + operations() + "]";
    }
}
