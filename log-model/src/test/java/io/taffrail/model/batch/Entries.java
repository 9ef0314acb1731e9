// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model.batch;

import io.taffrail.model.TopicId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Entries and payloads for tests, and how to read them back without further ado. */
final class Entries {
    static final TopicId TOPIC = TopicId.parse("00010203-0405-0607-0809-0a0b0c0d0e0f");
    static final int PARTITION = 3;
    static final long BASE_OFFSET = 4_000_000_000_000L;
    static final int LEADER_EPOCH = 7;
    static final long APPEND_TIME_MS = 1_700_000_000_500L;

    private Entries() {}

    /** A record as a value, to be compared. */
    record Plain(
            int offsetDelta,
            long timestampDeltaMs,
            ByteBuffer key,
            ByteBuffer value,
            List<RecordHeader> headers) {}

    static ByteBuffer entry(ProducedBatch batch) {
        return entry(batch, BASE_OFFSET, LEADER_EPOCH, APPEND_TIME_MS);
    }

    static ByteBuffer entry(
            ProducedBatch batch, long baseOffset, int leaderEpoch, long appendTimeMs) {
        ByteBuffer entry = ByteBuffer.allocate(batch.entryBytes());
        batch.writeHeader(entry);
        entry.put(batch.records()).flip();
        RecordBatchLayout.stamp(entry, 0, baseOffset, leaderEpoch, appendTimeMs, TOPIC, PARTITION);
        return entry;
    }

    static EntryCheck check(ByteBuffer entry) {
        return EntryCheck.check(entry, entry.position(), entry.limit(), TOPIC, PARTITION);
    }

    static EntryCheck checkHeader(ByteBuffer entry, int limit) {
        return EntryCheck.checkHeader(entry, entry.position(), limit, TOPIC, PARTITION);
    }

    /** Makes both checksums right again after a test has changed something. */
    static void seal(ByteBuffer entry) {
        RecordBatchLayout.putInt(
                entry, RecordBatchLayout.CRC_POSITION, RecordBatchLayout.computeBodyCrc(entry, 0));
        RecordBatchLayout.putInt(
                entry,
                RecordBatchLayout.PLACEMENT_CRC_POSITION,
                RecordBatchLayout.computePlacementCrc(entry, 0, TOPIC, PARTITION));
    }

    /** The decompressed payload of an entry that begins at 0. */
    static ByteBuffer payload(ByteBuffer entry) throws CorruptRecordsException {
        ByteBuffer records =
                entry.slice(
                        RecordBatchLayout.RECORDS_POSITION,
                        RecordBatchLayout.recordsBytes(entry, 0));
        return Compression.byId(RecordBatchLayout.compressionId(entry, 0))
                .orElseThrow()
                .decompress(records, 1 << 26);
    }

    static List<Plain> records(ByteBuffer payload) {
        List<Plain> records = new ArrayList<>();
        RecordCursor cursor = new RecordCursor(payload);
        while (cursor.next()) {
            records.add(
                    new Plain(
                            cursor.offsetDelta(),
                            cursor.timestampDeltaMs(),
                            cursor.key(),
                            cursor.value(),
                            cursor.headers()));
        }
        return records;
    }

    static ProducedBatch batch(Compression compression, int records) {
        RecordBatchBuilder builder = new RecordBatchBuilder(compression).producer(77, 2, 5);
        for (int n = 0; n < records; n++) {
            builder.append(
                    1_700_000_000_000L + n,
                    bytes("key-" + n),
                    bytes("value of record number " + n),
                    n % 3 == 0 ? List.of(RecordHeader.of("é" + n, bytes("h"))) : List.of());
        }
        return builder.build();
    }

    /** A batch of hand-made records bytes, whose header fits {@code records} of them at time 0. */
    static ProducedBatch batch(Compression compression, ByteBuffer compressed, int records) {
        return ProducedBatch.builder()
                .compression(compression)
                .recordCount(records)
                .lastOffsetDelta(records - 1)
                .records(compressed)
                .build();
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(buffer.position(), bytes);
        return bytes;
    }
}
