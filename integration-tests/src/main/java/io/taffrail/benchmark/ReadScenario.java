// SPDX-License-Identifier: Apache-2.0
package io.taffrail.benchmark;

import io.taffrail.logstore.FlushPolicy;
import io.taffrail.logstore.LogConfig;
import io.taffrail.logstore.LogSlice;
import io.taffrail.logstore.PartitionLog;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Consumer;

/**
 * Serving a log from the page cache to a socket on this machine, slice after slice, by file region
 * and by copy. Beside it, the bare file sent to the same socket in pieces of the same size.
 */
final class ReadScenario implements Scenario {
    private static final int SLICE_BYTES = 1 << 20;
    private static final LogConfig CONFIG =
            LogConfig.DEFAULT.withFlush(FlushPolicy.OS).withSegmentBytes(Integer.MAX_VALUE);

    @Override
    public void run(Settings settings, Consumer<Finding> findings) throws Exception {
        for (int batchBytes : List.of(4 << 10, 256 << 10)) {
            try (Workspace workspace = Workspace.in(settings.directory());
                    Drain drain = new Drain()) {
                PartitionLog log = workspace.newLog(CONFIG);
                RecoveryScenario.fill(
                        log, Batches.of(64, batchBytes, 1 << 10), settings.logBytes());
                Path file = RecoveryScenario.segmentFile(workspace, log);
                String what = "read by %%s, %d KB batches".formatted(batchBytes >> 10);
                findings.accept(
                        settings.comparison()
                                .of(
                                        what.formatted("file region"),
                                        "MB/s",
                                        () -> sendBare(file, drain.channel()),
                                        () -> sendRegions(log, drain.channel())));
                findings.accept(
                        settings.comparison()
                                .of(
                                        what.formatted("copy"),
                                        "MB/s",
                                        () -> copyBare(file, drain.channel()),
                                        () -> sendCopies(log, drain.channel())));
                log.abandon();
            }
        }
    }

    private static double sendBare(Path path, SocketChannel to) throws IOException {
        long began = System.nanoTime();
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            long size = channel.size();
            for (long at = 0; at < size; ) {
                at += channel.transferTo(at, Math.min(SLICE_BYTES, size - at), to);
            }
            return Settings.megabytesPerSecond(size, began);
        }
    }

    private static double copyBare(Path path, SocketChannel to) throws IOException {
        long began = System.nanoTime();
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            ByteBuffer chunk = ByteBuffer.allocate(SLICE_BYTES);
            while (channel.read(chunk.clear()) >= 0) {
                writeAll(chunk.flip(), to);
            }
            return Settings.megabytesPerSecond(channel.size(), began);
        }
    }

    private static double sendRegions(PartitionLog log, SocketChannel to) throws IOException {
        long began = System.nanoTime();
        long next = 0;
        while (next < log.logEndOffset()) {
            try (LogSlice slice = read(log, next)) {
                for (int sent = 0; sent < slice.bytes(); ) {
                    sent += (int) slice.transferTo(sent, to);
                }
                next = slice.nextOffset();
            }
        }
        return Settings.megabytesPerSecond(log.sizeBytes(), began);
    }

    private static double sendCopies(PartitionLog log, SocketChannel to) throws IOException {
        long began = System.nanoTime();
        ByteBuffer chunk = ByteBuffer.allocate(SLICE_BYTES);
        long next = 0;
        while (next < log.logEndOffset()) {
            try (LogSlice slice = read(log, next)) {
                slice.read(0, chunk.clear());
                writeAll(chunk.flip(), to);
                next = slice.nextOffset();
            }
        }
        return Settings.megabytesPerSecond(log.sizeBytes(), began);
    }

    private static LogSlice read(PartitionLog log, long offset) throws IOException {
        if (log.read(offset, Long.MAX_VALUE, SLICE_BYTES) instanceof LogSlice slice) {
            return slice;
        }
        throw new IllegalStateException("offset " + offset + " cannot be read");
    }

    private static void writeAll(ByteBuffer bytes, SocketChannel to) throws IOException {
        while (bytes.hasRemaining()) {
            to.write(bytes);
        }
    }

    /** A socket on this machine with somebody at the other end who throws away what comes. */
    private static final class Drain implements AutoCloseable {
        private final SocketChannel near;

        Drain() throws IOException {
            try (ServerSocketChannel server =
                    ServerSocketChannel.open()
                            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
                near = SocketChannel.open(server.getLocalAddress());
                SocketChannel far = server.accept();
                new Thread(() -> drain(far), "drain").start();
            }
        }

        private static void drain(SocketChannel from) {
            ByteBuffer bytes = ByteBuffer.allocateDirect(SLICE_BYTES);
            try (from) {
                while (from.read(bytes.clear()) >= 0) {
                    // not wanted
                }
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        SocketChannel channel() {
            return near;
        }

        @Override
        public void close() throws IOException {
            near.close();
        }
    }
}
