// SPDX-License-Identifier: Apache-2.0
package io.taffrail.node;

import io.taffrail.logstore.files.FileSystem;
import io.taffrail.logstore.files.LogFile;
import io.taffrail.testsupport.PowerOffException;
import io.taffrail.testsupport.SimulatedDisk;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * A simulated disk as one life of a node sees it. While the power is off whoever touches it stands
 * still, as all does in such a machine: nobody there can tell others that the disk failed. After
 * the end of the life nothing of it reaches the disk any more. Raft has its directory on the real
 * disk, which is never cut.
 */
final class LifeDisk implements FileSystem {
    private final SimulatedDisk disk;
    private final Path raftDirectory;
    private final CountDownLatch ended = new CountDownLatch(1);

    LifeDisk(SimulatedDisk disk, Path raftDirectory) {
        this.disk = disk;
        this.raftDirectory = raftDirectory;
    }

    /** Something done to the disk. */
    interface Use<T> {
        T run() throws IOException;
    }

    /** Ends this life: those who stand still go on, and find no disk. */
    void end() {
        ended.countDown();
    }

    /** Does it, unless the power is off or goes off meanwhile. */
    <T> T use(Use<T> use) throws IOException {
        if (ended.getCount() == 0) {
            throw new IOException("this life of the node is over");
        }
        try {
            return use.run();
        } catch (PowerOffException e) {
            standStill();
            throw e;
        }
    }

    private void standStill() throws IOException {
        try {
            ended.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("without power");
        }
    }

    /** The same, for what gives nothing. */
    void act(Act act) throws IOException {
        use(
                () -> {
                    act.run();
                    return true;
                });
    }

    /** Something done to the disk that gives nothing. */
    interface Act {
        void run() throws IOException;
    }

    @Override
    public LogFile open(Path file, OpenMode mode) throws IOException {
        return new LifeFile(this, use(() -> disk.open(file, mode)));
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        act(() -> disk.createDirectories(directory));
    }

    @Override
    public boolean exists(Path path) throws IOException {
        return path.startsWith(raftDirectory) ? Files.exists(path) : use(() -> disk.exists(path));
    }

    @Override
    public boolean isDirectory(Path path) throws IOException {
        return use(() -> disk.isDirectory(path));
    }

    @Override
    public List<Path> list(Path directory) throws IOException {
        return use(() -> disk.list(directory));
    }

    @Override
    public long size(Path file) throws IOException {
        return use(() -> disk.size(file));
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        act(() -> disk.rename(from, to));
    }

    @Override
    public void delete(Path path) throws IOException {
        act(() -> disk.delete(path));
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
        act(() -> disk.syncDirectory(directory));
    }

    @Override
    public long usableBytes(Path path) throws IOException {
        return use(() -> disk.usableBytes(path));
    }

    @Override
    public long totalBytes(Path path) throws IOException {
        return use(() -> disk.totalBytes(path));
    }
}
