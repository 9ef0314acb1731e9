// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model.batch;

import io.taffrail.model.TopicId;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Compaction's pen: writes a new entry with those records of an old one that are to be kept, and
 * everything else that identifies it unchanged, so that offsets, epochs, sequences and times of the
 * log stay what they were. The old entry is not touched. Which records to keep, and where the new
 * entry goes, is for the caller.
 *
 * <p>One thread at a time.
 */
public final class EntryRewriter {
    private final TopicId topicId;
    private final int partition;
    private final int maxDecompressedBytes;
    private final PayloadWriter kept = new PayloadWriter();

    /**
     * A rewriter for one partition.
     *
     * @param maxDecompressedBytes bounds the memory that an entry takes; not below what producers
     *     were ever allowed
     */
    public EntryRewriter(TopicId topicId, int partition, int maxDecompressedBytes) {
        this.topicId = topicId;
        this.partition = partition;
        this.maxDecompressedBytes = maxDecompressedBytes;
    }

    /**
     * Rewrites the entry at {@code at}, which {@link EntryCheck#check} found valid.
     *
     * @param keepEmpty whether to write an entry without records if none is kept: the last one of a
     *     producer, whose sequences are known from it
     * @return the new entry between position and limit; a view of the old one if nothing was
     *     dropped; empty if nothing is left to be written
     * @throws MalformedRecordsException if the payload breaks a rule, or is larger than allowed
     */
    public Optional<ByteBuffer> rewrite(
            ByteBuffer entry, int at, RecordFilter keep, boolean keepEmpty) {
        ByteBuffer payload = decompress(entry, at);
        Selection selection = new Selection(payload);
        selection.walk(keep, RecordBatchLayout.baseOffset(entry, at));
        selection.requireCount(RecordBatchLayout.recordCount(entry, at));
        if (selection.keptCount == 0 && !keepEmpty) {
            return Optional.empty();
        }
        if (selection.droppedCount == 0) {
            return Optional.of(entry.slice(at, RecordBatchLayout.entryBytes(entry, at)));
        }
        return Optional.of(write(entry, at, selection));
    }

    private ByteBuffer decompress(ByteBuffer entry, int at) {
        ByteBuffer records =
                entry.slice(
                        at + RecordBatchLayout.RECORDS_POSITION,
                        RecordBatchLayout.recordsBytes(entry, at));
        try {
            return compression(entry, at).decompress(records, maxDecompressedBytes);
        } catch (CorruptRecordsException e) {
            throw new MalformedRecordsException(e.fault(), e);
        }
    }

    private static Compression compression(ByteBuffer entry, int at) {
        int id = RecordBatchLayout.compressionId(entry, at);
        return Compression.byId(id)
                .orElseThrow(() -> new IllegalArgumentException("codec " + id + " is unknown"));
    }

    private ByteBuffer write(ByteBuffer entry, int at, Selection selection) {
        // No codec gives nothing for nothing: an entry without records says NONE and has no bytes.
        Compression compression =
                selection.keptCount == 0 ? Compression.NONE : compression(entry, at);
        long baseTimestampMs = RecordBatchLayout.baseTimestampMs(entry, at);
        ProducedBatch batch =
                ProducedBatch.builder()
                        .compression(compression)
                        .flags(RecordBatchLayout.flags(entry, at))
                        .lastOffsetDelta(RecordBatchLayout.lastOffsetDelta(entry, at))
                        .recordCount(selection.keptCount)
                        .baseTimestampMs(baseTimestampMs)
                        .maxTimestampMs(baseTimestampMs + selection.largestDeltaMs())
                        .producer(
                                RecordBatchLayout.producerId(entry, at),
                                RecordBatchLayout.producerEpoch(entry, at),
                                RecordBatchLayout.baseSequence(entry, at))
                        .records(compression.compress(kept.view()))
                        .build();
        ByteBuffer written = ByteBuffer.allocate(batch.entryBytes());
        batch.writeHeader(written);
        written.put(batch.records()).flip();
        RecordBatchLayout.stamp(
                written,
                0,
                RecordBatchLayout.baseOffset(entry, at),
                RecordBatchLayout.leaderEpoch(entry, at),
                RecordBatchLayout.appendTimeMs(entry, at),
                topicId,
                partition);
        return written;
    }

    /** One pass over a payload: what is kept is copied, once something has been dropped. */
    private final class Selection {
        private final ByteBuffer payload;
        private final RecordCursor cursor;
        private int keptCount;
        private int droppedCount;
        private int lastKeptDelta = -1;
        private long largestKeptDeltaMs = Long.MIN_VALUE;

        Selection(ByteBuffer payload) {
            this.payload = payload;
            this.cursor = new RecordCursor(payload);
        }

        void walk(RecordFilter filter, long baseOffset) {
            kept.clear();
            while (cursor.next()) {
                if (filter.keep(cursor, baseOffset + cursor.offsetDelta())) {
                    keep();
                } else {
                    drop();
                }
            }
        }

        private void keep() {
            if (droppedCount > 0) {
                copy();
            }
            keptCount++;
            lastKeptDelta = cursor.offsetDelta();
            largestKeptDeltaMs = Math.max(largestKeptDeltaMs, cursor.timestampDeltaMs());
        }

        private void drop() {
            if (droppedCount == 0) { // so far everything was kept, as it stands
                int from = payload.position();
                kept.copyRecords(payload, from, cursor.recordPosition() - from);
            }
            droppedCount++;
        }

        private void copy() {
            if (cursor.hasExplicitOffsetDelta() || cursor.offsetDelta() == lastKeptDelta + 1) {
                kept.copyRecords(payload, cursor.recordPosition(), cursor.recordBytes());
            } else {
                kept.copyRecord(payload, cursor, cursor.offsetDelta());
            }
        }

        long largestDeltaMs() {
            return keptCount == 0 ? 0 : largestKeptDeltaMs;
        }

        void requireCount(int recordCount) {
            if (keptCount + droppedCount != recordCount) {
                throw RecordFields.countDiffers(recordCount, keptCount + droppedCount);
            }
        }
    }
}
