// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.fetch;

import io.taffrail.api.BatchRefusedException;
import io.taffrail.api.RecordBatchTranslator;
import io.taffrail.api.v1.RecordBatch;
import io.taffrail.client.ConsumerRecord;
import io.taffrail.client.PartitionRef;
import io.taffrail.client.TaffrailException;
import io.taffrail.model.LogError;
import io.taffrail.model.batch.Compression;
import io.taffrail.model.batch.CorruptRecordsException;
import io.taffrail.model.batch.MalformedRecordsException;
import io.taffrail.model.batch.ProducedBatch;
import io.taffrail.model.batch.RecordBatchLayout;
import io.taffrail.model.batch.RecordCursor;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/**
 * Takes the records out of a chunk, some at a time, between two offsets. They are walked where they
 * lie; a batch is decompressed when its turn comes. One thread at a time.
 */
final class ChunkDecoder {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final PartitionRef partition;
    private final FetchedChunk chunk;
    private final long endOffset;
    private final boolean checksCrcs;
    private final RecordCursor cursor = new RecordCursor(NOTHING);
    private int nextBatch;
    private RecordBatch batch; // null: none begun
    private long nextOffset;
    private boolean drained;

    /**
     * @param fromOffset records below are passed over: a batch may begin before
     * @param endOffset exclusive: a batch may end behind it
     */
    ChunkDecoder(
            PartitionRef partition,
            FetchedChunk chunk,
            long fromOffset,
            long endOffset,
            boolean checksCrcs) {
        this.partition = partition;
        this.chunk = chunk;
        this.nextOffset = fromOffset;
        this.endOffset = endOffset;
        this.checksCrcs = checksCrcs;
    }

    FetchedChunk chunk() {
        return chunk;
    }

    /** Whether there is nothing more in it. */
    boolean isDrained() {
        return drained;
    }

    /**
     * Adds the next records.
     *
     * @param max at most so many are in {@code records} afterwards
     * @throws TaffrailException CORRUPT_LOG or UNSUPPORTED_FORMAT
     */
    void decode(List<ConsumerRecord> records, int max) {
        try {
            while (!drained && records.size() < max) {
                if (batch == null && !beginBatch()) {
                    drained = true;
                } else if (!cursor.next()) {
                    batch = null;
                } else {
                    add(records);
                }
            }
        } catch (MalformedRecordsException | CorruptRecordsException e) {
            throw corrupt(e.getMessage(), e);
        }
    }

    private boolean beginBatch() throws CorruptRecordsException {
        while (nextBatch < chunk.batches().size()) {
            RecordBatch candidate = chunk.batches().get(nextBatch++);
            if (isControl(candidate) || lastOffset(candidate) < nextOffset) {
                continue;
            }
            verify(candidate);
            Compression compression =
                    Compression.byId(candidate.getCompressionValue())
                            .orElseThrow(() -> unsupported(candidate));
            cursor.reset(
                    compression.decompress(
                            candidate.getRecords().asReadOnlyByteBuffer(),
                            RecordBatchLayout.MAX_ENTRY_BYTES));
            batch = candidate;
            return true;
        }
        return false;
    }

    private static boolean isControl(RecordBatch batch) {
        return (batch.getFlags() & RecordBatchLayout.FLAG_CONTROL) != 0;
    }

    private static long lastOffset(RecordBatch batch) {
        return batch.getBaseOffset() + batch.getLastOffsetDelta();
    }

    private void verify(RecordBatch candidate) {
        if ((candidate.getFlags() & RecordBatchLayout.FLAG_EXTENDED_HEADER) != 0) {
            throw unsupported(candidate);
        }
        if (!checksCrcs || !candidate.hasCrc32C()) {
            return;
        }
        int computed = computeCrc(candidate);
        if (computed != candidate.getCrc32C()) {
            throw corrupt(
                    String.format(
                            "the checksum of the batch at %d is %08x, its bytes have %08x",
                            candidate.getBaseOffset(), candidate.getCrc32C(), computed),
                    null);
        }
    }

    /** Over the layout in which the batch is stored. */
    private int computeCrc(RecordBatch candidate) {
        try {
            ProducedBatch asStored = RecordBatchTranslator.toModel(candidate);
            ByteBuffer header = ByteBuffer.allocate(RecordBatchLayout.HEADER_BYTES);
            asStored.writeHeader(header);
            return RecordBatchLayout.crc32c(header, 0);
        } catch (BatchRefusedException e) {
            throw unsupported(candidate);
        }
    }

    private void add(List<ConsumerRecord> records) {
        long offset = batch.getBaseOffset() + cursor.offsetDelta();
        if (offset < nextOffset) {
            return;
        }
        if (offset >= endOffset) {
            drained = true;
            return;
        }
        nextOffset = offset + 1;
        records.add(
                new ConsumerRecord(
                        partition,
                        offset,
                        batch.getLeaderEpoch(),
                        batch.getBaseTimestampMs() + cursor.timestampDeltaMs(),
                        batch.getAppendTimeMs(),
                        key(),
                        value(),
                        cursor.headers()));
    }

    private byte[] key() {
        if (!cursor.hasKey()) {
            return null;
        }
        byte[] key = new byte[cursor.keyBytes()];
        cursor.copyKey(key, 0);
        return key;
    }

    private byte[] value() {
        if (!cursor.hasValue()) {
            return null;
        }
        byte[] value = new byte[cursor.valueBytes()];
        cursor.copyValue(value, 0);
        return value;
    }

    private TaffrailException unsupported(RecordBatch candidate) {
        return failure(
                LogError.UNSUPPORTED_FORMAT,
                "the batch at " + candidate.getBaseOffset() + " needs a newer client",
                null);
    }

    private TaffrailException corrupt(String why, Throwable cause) {
        return failure(LogError.CORRUPT_LOG, why, cause);
    }

    private TaffrailException failure(LogError reason, String why, Throwable cause) {
        return new TaffrailException(
                "cannot read " + partition + " at " + nextOffset + ": " + why,
                reason,
                reason.code().name(),
                Map.of(),
                false,
                cause);
    }
}
