// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taffrail.model.TopicPartition;
import io.taffrail.model.batch.Compression;
import io.taffrail.model.batch.EntryCheck;
import io.taffrail.model.batch.ProducedBatch;
import io.taffrail.model.batch.RecordBatchLayout;
import io.taffrail.model.batch.RecordCursor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * An entry of a log as the tests see it: decoded to the last record, with its bytes. What a twin
 * says should be stored and what a log gives back are both of this kind, so equality is the check.
 *
 * @param bytes the whole entry; compared by content, never consumed
 */
record Entry(
        long baseOffset,
        long endOffset,
        int leaderEpoch,
        long appendTimeMs,
        long producerId,
        int producerEpoch,
        int baseSequence,
        List<Record> records,
        ByteBuffer bytes) {
    private static final int MAX_RECORDS_BYTES = 1 << 22;

    /** A record; key and value are null where there is none. */
    @SuppressWarnings("JavaLangClash") // the word of the format
    record Record(long offset, long timestampMs, String key, String value) {}

    /** What a leader stores for {@code batch} at that place. */
    static Entry stored(
            TopicPartition partition,
            ProducedBatch batch,
            long baseOffset,
            int leaderEpoch,
            long appendTimeMs) {
        ByteBuffer bytes = ByteBuffer.allocate(batch.entryBytes());
        batch.writeHeader(bytes);
        bytes.put(batch.records()).flip();
        RecordBatchLayout.stamp(
                bytes,
                0,
                baseOffset,
                leaderEpoch,
                appendTimeMs,
                partition.topicId(),
                partition.partition());
        return decode(bytes, 0);
    }

    /** The entries of a run, each of which must be whole and of that partition. */
    static List<Entry> decodeRun(TopicPartition partition, ByteBuffer run) {
        List<Entry> entries = new ArrayList<>();
        for (int at = 0; at < run.limit(); at += RecordBatchLayout.entryBytes(run, at)) {
            EntryCheck check =
                    EntryCheck.check(
                            run, at, run.limit(), partition.topicId(), partition.partition());
            if (check != EntryCheck.VALID) {
                throw new AssertionError("byte " + at + " of what was read is " + check);
            }
            entries.add(decode(run, at));
        }
        return entries;
    }

    private static Entry decode(ByteBuffer run, int at) {
        ByteBuffer bytes = run.slice(at, RecordBatchLayout.entryBytes(run, at));
        return new Entry(
                RecordBatchLayout.baseOffset(bytes, 0),
                RecordBatchLayout.endOffset(bytes, 0),
                RecordBatchLayout.leaderEpoch(bytes, 0),
                RecordBatchLayout.appendTimeMs(bytes, 0),
                RecordBatchLayout.producerId(bytes, 0),
                RecordBatchLayout.producerEpoch(bytes, 0),
                RecordBatchLayout.baseSequence(bytes, 0),
                records(bytes),
                bytes);
    }

    private static List<Record> records(ByteBuffer entry) {
        RecordCursor cursor = new RecordCursor(plainRecords(entry));
        List<Record> records = new ArrayList<>();
        while (cursor.next()) {
            records.add(
                    new Record(
                            RecordBatchLayout.baseOffset(entry, 0) + cursor.offsetDelta(),
                            RecordBatchLayout.baseTimestampMs(entry, 0) + cursor.timestampDeltaMs(),
                            cursor.hasKey() ? UTF_8.decode(cursor.key()).toString() : null,
                            cursor.hasValue() ? UTF_8.decode(cursor.value()).toString() : null));
        }
        return List.copyOf(records);
    }

    private static ByteBuffer plainRecords(ByteBuffer entry) {
        ByteBuffer records =
                entry.slice(
                        RecordBatchLayout.RECORDS_POSITION,
                        RecordBatchLayout.recordsBytes(entry, 0));
        try {
            return Compression.byId(RecordBatchLayout.compressionId(entry, 0))
                    .orElseThrow()
                    .decompress(records, MAX_RECORDS_BYTES);
        } catch (IOException e) {
            throw new AssertionError("the records of a valid entry do not decompress", e);
        }
    }

    long lastOffset() {
        return endOffset - 1;
    }

    boolean holds(long offset) {
        return baseOffset <= offset && offset < endOffset;
    }

    int sizeBytes() {
        return bytes.remaining();
    }

    /** Whether this is {@code original}, or what compaction may have left of it. */
    boolean isWhatIsLeftOf(Entry original) {
        return baseOffset == original.baseOffset
                && endOffset == original.endOffset
                && leaderEpoch == original.leaderEpoch
                && appendTimeMs == original.appendTimeMs
                && producerId == original.producerId
                && producerEpoch == original.producerEpoch
                && baseSequence == original.baseSequence
                && original.records.containsAll(records);
    }

    /** Entries as one run of bytes. */
    static ByteBuffer run(List<Entry> entries) {
        ByteBuffer run = ByteBuffer.allocate(entries.stream().mapToInt(Entry::sizeBytes).sum());
        entries.forEach(entry -> run.put(entry.bytes.duplicate()));
        return run.flip();
    }

    @Override
    public String toString() {
        return "["
                + baseOffset
                + ", "
                + endOffset
                + ") e"
                + leaderEpoch
                + (producerId == 0
                        ? ""
                        : " p" + producerId + "/" + producerEpoch + "/" + baseSequence)
                + " "
                + records.size()
                + " records, "
                + sizeBytes()
                + " bytes";
    }
}
