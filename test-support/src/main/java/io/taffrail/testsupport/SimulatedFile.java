// SPDX-License-Identifier: Apache-2.0
package io.taffrail.testsupport;

import io.taffrail.logstore.files.DiskFullException;
import io.taffrail.logstore.files.LogFile;
import io.taffrail.testsupport.Operation.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.Arrays;

/** An open file of a {@link SimulatedDisk}. It keeps its bytes when its name is gone. */
final class SimulatedFile implements LogFile {
    private static final int TRANSFER_BYTES = 64 * 1024;

    private final SimulatedDisk disk;
    private final Object lock;
    private final Path path;
    private final FileNode node;
    private final boolean writable;
    private boolean open = true;
    private boolean dead;

    SimulatedFile(SimulatedDisk disk, Path path, FileNode node, boolean writable) {
        this.disk = disk;
        this.lock = disk.lock;
        this.path = path;
        this.node = node;
        this.writable = writable;
    }

    @Override
    public void write(long position, ByteBuffer... sources) throws IOException {
        requireNotNegative(position);
        disk.hooks.beforeWrite.before(path);
        synchronized (lock) {
            requireUsable();
            requireWritable();
            byte[] bytes = gather(sources);
            Extent extent = disk.gate.begin(Kind.WRITE, path, path, position, bytes.length);
            int wanted = extent.of(bytes.length);
            int fitting = disk.space.fitting(node.size(), position, wanted);
            writeNow(position, Arrays.copyOf(bytes, fitting));
            skip(sources, fitting);
            disk.gate.end();
            if (fitting < wanted) {
                throw new DiskFullException("No space left on device: " + path, null);
            }
        }
    }

    private void writeNow(long position, byte[] bytes) {
        long oldSize = node.size();
        node.write(disk.gate.count(), position, bytes);
        disk.space.take(node.size() - oldSize);
    }

    private static byte[] gather(ByteBuffer[] sources) {
        int length = 0;
        for (ByteBuffer source : sources) {
            length = Math.addExact(length, source.remaining());
        }
        ByteBuffer all = ByteBuffer.allocate(length);
        for (ByteBuffer source : sources) {
            all.put(source.duplicate());
        }
        return all.array();
    }

    private static void skip(ByteBuffer[] sources, int count) {
        int left = count;
        for (ByteBuffer source : sources) {
            int skipped = Math.min(left, source.remaining());
            source.position(source.position() + skipped);
            left -= skipped;
        }
    }

    @Override
    public int read(long position, ByteBuffer target) throws IOException {
        requireNotNegative(position);
        synchronized (lock) {
            requireUsable();
            disk.gate.read(path, position, target.remaining());
            return node.read(position, target);
        }
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target)
            throws IOException {
        requireNotNegative(position);
        requireNotNegative(count);
        long sent = 0;
        while (sent < count) {
            int wanted = (int) Math.min(TRANSFER_BYTES, count - sent);
            ByteBuffer part = ByteBuffer.allocate(wanted);
            read(position + sent, part);
            part.flip();
            sent += target.write(part); // without the lock: the target may block
            if (part.hasRemaining() || part.limit() < wanted) {
                break;
            }
        }
        return sent;
    }

    /** Covers the writes that had returned when it was called, and not one more. */
    @Override
    public void force() throws IOException {
        long covered;
        synchronized (lock) {
            requireUsable();
            covered = disk.gate.count();
        }
        disk.hooks.beforeForce.before(path);
        synchronized (lock) {
            requireUsable();
            Extent extent = beginForce(covered);
            if (!disk.hooks.ignoredForces.test(path)) {
                node.force(extent.of(node.unforcedUpTo(covered)));
            }
            disk.gate.end();
        }
    }

    private Extent beginForce(long covered) throws IOException {
        try {
            return disk.gate.begin(Kind.FORCE, path);
        } catch (PowerOffException e) {
            throw e;
        } catch (IOException e) {
            node.dropFromWriteback(node.unforcedUpTo(covered));
            throw e;
        }
    }

    @Override
    public void truncate(long size) throws IOException {
        requireNotNegative(size);
        synchronized (lock) {
            requireUsable();
            requireWritable();
            Extent extent = disk.gate.begin(Kind.TRUNCATE, path, path, size, 0);
            if (extent == Extent.WHOLE) {
                long oldSize = node.size();
                node.truncate(disk.gate.count(), size);
                disk.space.free(oldSize - node.size());
            }
            disk.gate.end();
        }
    }

    @Override
    public long size() throws IOException {
        synchronized (lock) {
            requireUsable();
            return node.size();
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            if (open && !dead) {
                disk.closed(this, node);
            }
            open = false;
        }
    }

    /** The machine it was opened on is no more. Called under the lock. */
    void die() {
        dead = true;
        node.allClosed();
    }

    Path path() {
        return path;
    }

    private void requireUsable() throws IOException {
        if (!open) {
            throw new ClosedChannelException();
        }
        if (dead) {
            throw new PowerOffException(path + " was opened before it");
        }
        disk.gate.requirePower(path);
    }

    private void requireWritable() {
        if (!writable) {
            throw new NonWritableChannelException();
        }
    }

    private static void requireNotNegative(long value) {
        if (value < 0) {
            throw new IllegalArgumentException("negative: " + value);
        }
    }

    @Override
    public String toString() {
        return "SimulatedFile[" + path + "]";
    }
}
