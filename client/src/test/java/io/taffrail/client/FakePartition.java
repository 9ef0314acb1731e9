// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client;

import io.taffrail.api.LogFailure;
import io.taffrail.model.LogError;
import io.taffrail.model.TopicId;
import io.taffrail.model.batch.Compression;
import io.taffrail.model.batch.ProducedBatch;
import io.taffrail.model.batch.RecordBatchLayout;
import io.taffrail.model.batch.RecordCursor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A partition's log in memory, with the rules of idempotence as a broker holds them (P23). */
final class FakePartition {
    static final long APPEND_TIME_MS = 1_234_567;

    /** What came of an append. */
    record Appended(long baseOffset, boolean duplicate, Optional<LogFailure> refused) {}

    private record Last(int epoch, int sequence) {}

    private final TopicId topicId;
    private final int number;
    private final List<ByteBuffer> entries = new ArrayList<>();
    private final Map<Long, Last> producers = new HashMap<>();
    private final Map<String, Long> offsets = new HashMap<>();
    private long logStartOffset;
    private long endOffset;
    private int maxBatchBytes = 1 << 20;

    FakePartition(TopicId topicId, int number) {
        this.topicId = topicId;
        this.number = number;
    }

    synchronized void limitBatchBytes(int bytes) {
        maxBatchBytes = bytes;
    }

    synchronized int maxBatchBytes() {
        return maxBatchBytes;
    }

    synchronized long endOffset() {
        return endOffset;
    }

    synchronized long logStartOffset() {
        return logStartOffset;
    }

    synchronized void deleteBefore(long offset) {
        logStartOffset = offset;
    }

    synchronized void forgetProducers() {
        producers.clear();
    }

    synchronized int entryCount() {
        return entries.size();
    }

    synchronized ByteBuffer entry(int n) {
        return entries.get(n).duplicate();
    }

    synchronized Appended append(ProducedBatch batch, int leaderEpoch) {
        if (batch.entryBytes() > maxBatchBytes) {
            return refused(LogError.BATCH_TOO_LARGE, "above " + maxBatchBytes);
        }
        if (batch.producerId() != 0) {
            Last last = producers.get(batch.producerId());
            if (last != null && batch.producerEpoch() < last.epoch()) {
                return refused(LogError.PRODUCER_FENCED, "epoch " + batch.producerEpoch());
            }
            boolean known = last != null && batch.producerEpoch() == last.epoch();
            int expected = known ? last.sequence() + 1 : 0;
            if (known && batch.baseSequence() < expected) {
                Long at = offsets.get(key(batch));
                return new Appended(at == null ? -1 : at, true, Optional.empty());
            }
            if (batch.baseSequence() != expected) {
                return refused(
                        last == null ? LogError.UNKNOWN_PRODUCER : LogError.OUT_OF_ORDER_SEQUENCE,
                        "sequence " + batch.baseSequence() + ", expected " + expected);
            }
            producers.put(
                    batch.producerId(),
                    new Last(batch.producerEpoch(), expected + batch.lastOffsetDelta()));
            offsets.put(key(batch), endOffset);
        }
        return new Appended(store(batch, leaderEpoch), false, Optional.empty());
    }

    private long store(ProducedBatch batch, int leaderEpoch) {
        ByteBuffer entry = ByteBuffer.allocate(batch.entryBytes());
        batch.writeHeader(entry);
        entry.put(batch.records()).flip();
        RecordBatchLayout.stamp(entry, 0, endOffset, leaderEpoch, APPEND_TIME_MS, topicId, number);
        entries.add(entry);
        long baseOffset = endOffset;
        endOffset += batch.lastOffsetDelta() + 1;
        return baseOffset;
    }

    private static String key(ProducedBatch batch) {
        return batch.producerId() + "/" + batch.producerEpoch() + "/" + batch.baseSequence();
    }

    private static Appended refused(LogError error, String message) {
        return new Appended(-1, false, Optional.of(LogFailure.of(error, message)));
    }

    /** All values that are stored, as text, in order. */
    synchronized List<String> values() {
        List<String> values = new ArrayList<>();
        for (ByteBuffer entry : entries) {
            RecordCursor cursor = new RecordCursor(plain(entry));
            while (cursor.next()) {
                byte[] value = new byte[cursor.valueBytes()];
                cursor.copyValue(value, 0);
                values.add(new String(value, java.nio.charset.StandardCharsets.UTF_8));
            }
        }
        return values;
    }

    private static ByteBuffer plain(ByteBuffer entry) {
        try {
            return Compression.byId(RecordBatchLayout.compressionId(entry, 0))
                    .orElseThrow()
                    .decompress(
                            entry.slice(
                                    RecordBatchLayout.RECORDS_POSITION,
                                    RecordBatchLayout.recordsBytes(entry, 0)),
                            1 << 26);
        } catch (io.taffrail.model.batch.CorruptRecordsException e) {
            throw new AssertionError(e);
        }
    }
}
