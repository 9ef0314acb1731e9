// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore.segment;

import static io.taffrail.model.batch.RecordBatchLayout.HEADER_BYTES;

import io.taffrail.logstore.files.LogFile;
import io.taffrail.model.TopicPartition;
import io.taffrail.model.batch.EntryCheck;
import io.taffrail.model.batch.RecordBatchLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Walks the entries of a log file from front to back, one at a time, and says of each whether it is
 * whole. It stops at the first that is not; {@link #findValidEntry} looks behind that. For one
 * thread.
 */
public final class EntryScanner {
    /** How much of each entry is read and checked. */
    public enum Depth {
        /** Header and placement checksum; bodies are stepped over. */
        HEADERS(4 << 10),
        /** Every byte, both checksums. */
        WHOLE(256 << 10);

        private final int chunkBytes;

        Depth(int chunkBytes) {
            this.chunkBytes = chunkBytes;
        }
    }

    private static final int MOST_HEADERS_CHUNK_BYTES = 64 << 10;

    private final LogFile file;
    private final TopicPartition partition;
    private final Depth depth;
    private final long endPosition;
    private int chunkBytes;
    private ByteBuffer buffer;
    private long bufferPosition;
    private long position;
    private long nextPosition;

    /**
     * A scanner of the entries between two positions; {@code from} must be where an entry begins.
     */
    public EntryScanner(LogFile file, TopicPartition partition, Depth depth, long from, long to) {
        this.file = file;
        this.partition = partition;
        this.depth = depth;
        this.endPosition = to;
        this.nextPosition = from;
        this.chunkBytes = depth.chunkBytes;
        this.buffer =
                ByteBuffer.allocate((int) Math.min(chunkBytes, Math.max(to - from, HEADER_BYTES)));
        this.buffer.limit(0);
    }

    /** Whether the last entry that {@link #next} found ends where the scan ends. */
    public boolean atEnd() {
        return nextPosition == endPosition;
    }

    /**
     * Steps to the next entry. Unless the answer is {@link EntryCheck#VALID}, the scanner stays
     * where it is. Not to be called {@link #atEnd}.
     */
    public EntryCheck next() throws IOException {
        position = nextPosition;
        EntryCheck check = look();
        if (check == EntryCheck.VALID) {
            nextPosition = position + RecordBatchLayout.entryBytes(buffer, at());
        }
        return check;
    }

    private EntryCheck look() throws IOException {
        int limit = fill(HEADER_BYTES);
        if (!lengthIsProven(limit)) {
            return checkWhole(limit);
        }
        int entryBytes = RecordBatchLayout.entryBytes(buffer, at());
        if (position + entryBytes > endPosition) {
            return EntryCheck.INCOMPLETE;
        }
        if (depth == Depth.HEADERS
                && EntryCheck.checkHeader(
                                buffer, at(), limit, partition.topicId(), partition.partition())
                        == EntryCheck.VALID) {
            return EntryCheck.VALID;
        }
        return checkWhole(
                fill(entryBytes)); // also where a header is strange: only the body's checksum
        // says whether it is newer
    }

    private EntryCheck checkWhole(int limit) {
        return EntryCheck.check(buffer, at(), limit, partition.topicId(), partition.partition());
    }

    /** Whether the placement checksum, which covers the length, is right. */
    private boolean lengthIsProven(int limit) {
        int at = at();
        return limit - at >= RecordBatchLayout.BODY_POSITION
                && buffer.get(at) == RecordBatchLayout.ENTRY_TAG
                && RecordBatchLayout.lengthIsCanonical(buffer, at)
                && RecordBatchLayout.placementCrc32c(buffer, at)
                        == RecordBatchLayout.computePlacementCrc(
                                buffer, at, partition.topicId(), partition.partition());
    }

    /** Where the current entry begins in the file. */
    public long position() {
        return position;
    }

    /** Where the entry after the current one begins. */
    public long nextPosition() {
        return nextPosition;
    }

    /** The bytes; the current entry begins at index {@link #at}. Valid until the next step. */
    public ByteBuffer buffer() {
        return buffer;
    }

    public int at() {
        return (int) (position - bufferPosition);
    }

    /**
     * The position, above the current one, of the next valid entry of this partition whose offset
     * and epoch could follow in the log; what a recycled block brings back from earlier in this log
     * does not count. The scanner stands there, without having stepped over it. Where the current
     * entry's header is intact, the search begins behind that entry: its records may hold anything,
     * entries of this partition among them.
     */
    public Optional<Long> findValidEntry(long fromOffset, int fromEpoch) throws IOException {
        long first = position + 1;
        if (lengthIsProven(fill(HEADER_BYTES))) {
            first = position + RecordBatchLayout.entryBytes(buffer, at());
        }
        for (long candidate = first; candidate + HEADER_BYTES <= endPosition; candidate++) {
            position = candidate;
            int limit = fill(HEADER_BYTES);
            if (buffer.get(at()) == RecordBatchLayout.ENTRY_TAG
                    && isEntry(limit)
                    && RecordBatchLayout.baseOffset(buffer, at()) >= fromOffset
                    && RecordBatchLayout.leaderEpoch(buffer, at()) >= fromEpoch) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    private boolean isEntry(int available) throws IOException {
        if (!lengthIsProven(available)) {
            return false;
        }
        int entryBytes = RecordBatchLayout.entryBytes(buffer, at());
        if (position + entryBytes > endPosition) {
            return false;
        }
        EntryCheck whole = checkWhole(fill(entryBytes));
        return whole == EntryCheck.VALID || whole == EntryCheck.NEWER_FORMAT;
    }

    /**
     * Makes {@code wanted} bytes from {@link #position} available, or what the file has; returns
     * the limit of what is valid.
     */
    private int fill(int wanted) throws IOException {
        long bufferEnd = bufferPosition + buffer.limit();
        long wantedEnd = Math.min(position + wanted, endPosition);
        if (position >= bufferPosition && wantedEnd <= bufferEnd) {
            return buffer.limit();
        }
        chunkBytes = Math.max(wanted, nextChunkBytes(bufferEnd));
        int bytes = (int) Math.min(chunkBytes, endPosition - position);
        if (buffer.capacity() < bytes) {
            buffer = ByteBuffer.allocate(bytes);
        }
        buffer.clear();
        buffer.limit(bytes);
        file.read(position, buffer);
        buffer.flip();
        bufferPosition = position;
        return buffer.limit();
    }

    /**
     * Where headers are near each other, more and more of them are read at once: a call costs more
     * than the small bodies between them. Whole entries are expected to be as large as before.
     */
    private int nextChunkBytes(long bufferEnd) {
        if (depth == Depth.WHOLE) {
            return chunkBytes;
        }
        boolean near = buffer.limit() > 0 && position - bufferEnd < depth.chunkBytes;
        return near ? Math.min(2 * chunkBytes, MOST_HEADERS_CHUNK_BYTES) : depth.chunkBytes;
    }
}
