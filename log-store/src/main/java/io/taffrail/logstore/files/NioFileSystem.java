// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore.files;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * The real file system. A thread that is interrupted inside {@link FileChannel} closes the file
 * under everybody else, so the threads that come here are never interrupted; whoever stops them
 * uses a flag.
 */
public final class NioFileSystem implements FileSystem {
    /** What a full file system may still call usable, and does not give to a file. */
    private static final long FILE_SYSTEMS_OWN_BYTES = 1 << 20;

    @Override
    public LogFile open(Path file, OpenMode mode) throws IOException {
        return new NioLogFile(
                FileChannel.open(
                        file,
                        switch (mode) {
                            case READ -> Set.of(READ);
                            case READ_WRITE -> Set.of(READ, WRITE);
                            case CREATE -> Set.of(READ, WRITE, CREATE);
                        }),
                file);
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        Files.createDirectories(directory);
    }

    @Override
    public boolean exists(Path path) {
        return Files.exists(path);
    }

    @Override
    public boolean isDirectory(Path path) {
        return Files.isDirectory(path);
    }

    @Override
    public List<Path> list(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.sorted().toList();
        }
    }

    @Override
    public long size(Path file) throws IOException {
        return Files.size(file);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        Files.move(from, to, ATOMIC_MOVE);
    }

    @Override
    public void delete(Path path) throws IOException {
        Files.delete(path);
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
        // Linux and macOS let a directory be opened for reading and forced; the JDK has no other
        // way to ask for it.
        try (FileChannel channel = FileChannel.open(directory, READ)) {
            channel.force(true);
        }
    }

    @Override
    public long usableBytes(Path path) throws IOException {
        return Files.getFileStore(path).getUsableSpace();
    }

    @Override
    public long totalBytes(Path path) throws IOException {
        return Files.getFileStore(path).getTotalSpace();
    }

    /**
     * Whether a write failed for want of room. Java has no type for that, only the system's words,
     * which are in the language of the process: where they say nothing, the room that is left does.
     * A quota does not show there, and is known by its words alone.
     */
    static boolean isFull(IOException failure, long unwrittenBytes, LongSupplier usableBytes) {
        String words = String.valueOf(failure.getMessage());
        return words.contains("No space left")
                || words.contains("quota exceeded")
                || usableBytes.getAsLong() < unwrittenBytes + FILE_SYSTEMS_OWN_BYTES;
    }

    private record NioLogFile(FileChannel channel, Path path) implements LogFile {
        @Override
        public void write(long position, ByteBuffer... sources) throws IOException {
            try {
                if (sources.length == 1) {
                    writeAt(position, sources[0]);
                } else {
                    gather(position, sources);
                }
            } catch (IOException e) {
                throw translated(e, remainingBytes(sources));
            }
        }

        private static long remainingBytes(ByteBuffer[] sources) {
            long bytes = 0;
            for (ByteBuffer source : sources) {
                bytes += source.remaining();
            }
            return bytes;
        }

        private void writeAt(long position, ByteBuffer source) throws IOException {
            long at = position;
            while (source.hasRemaining()) {
                at += channel.write(source, at);
            }
        }

        private void gather(long position, ByteBuffer[] sources) throws IOException {
            if (channel.position()
                    != position) { // a gathering write has no form that takes a position
                channel.position(position);
            }
            int first = 0;
            while (first < sources.length) {
                if (sources[first].hasRemaining()) {
                    channel.write(sources, first, sources.length - first);
                } else {
                    first++;
                }
            }
        }

        private IOException translated(IOException e, long unwrittenBytes) {
            return isFull(e, unwrittenBytes, this::usableBytes)
                    ? new DiskFullException(e.getMessage() + ": " + path, e)
                    : e;
        }

        private long usableBytes() {
            try {
                return Files.getFileStore(path).getUsableSpace();
            } catch (IOException e) {
                return Long.MAX_VALUE; // nobody knows: the write failed for a reason of its own
            }
        }

        @Override
        public int read(long position, ByteBuffer target) throws IOException {
            int total = 0;
            while (target.hasRemaining()) {
                int count = channel.read(target, position + total);
                if (count < 0) {
                    break;
                }
                total += count;
            }
            return total;
        }

        @Override
        public long transferTo(long position, long count, WritableByteChannel target)
                throws IOException {
            return channel.transferTo(position, count, target);
        }

        @Override
        public void force() throws IOException {
            channel.force(false); // fdatasync: it covers the size as well, and leaves out the times
        }

        @Override
        public void truncate(long size) throws IOException {
            channel.truncate(size);
        }

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
