// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model.batch;

import io.taffrail.model.LogError;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Says whether a produced batch may be appended, before a byte of it is taken: sizes, codec, flags,
 * counts, ranges, the checksum if the producer gave one, and every rule of the payload, which is
 * walked from one end to the other, decompressed on the way in constant memory. Sequences and
 * epochs are only checked for their range here; what a producer may send next is for the log.
 *
 * <p>For any number of threads at once. Costs time in proportion to the decompressed size, so large
 * compressed batches belong off an event loop.
 */
public final class BatchValidator {
    private final BatchLimits limits;

    public BatchValidator(BatchLimits limits) {
        this.limits = limits;
    }

    /** What is wrong with {@code batch}, the first of it; empty if nothing is. */
    public Optional<BatchFault> validate(ProducedBatch batch) {
        Optional<BatchFault> fault = checkSize(batch);
        if (fault.isEmpty()) {
            fault = checkFormat(batch);
        }
        if (fault.isEmpty()) {
            fault = checkCounts(batch);
        }
        if (fault.isEmpty()) {
            fault = checkProducer(batch);
        }
        if (fault.isEmpty()) {
            fault = checkBodyCrc(batch);
        }
        return fault.isEmpty() ? checkRecords(batch) : fault;
    }

    private Optional<BatchFault> checkSize(ProducedBatch batch) {
        long entryBytes = (long) RecordBatchLayout.HEADER_BYTES + batch.records().remaining();
        if (entryBytes > limits.maxEntryBytes()) {
            return tooLarge(
                    limits.maxEntryBytes(),
                    "the batch would be stored in "
                            + entryBytes
                            + " bytes, allowed are "
                            + limits.maxEntryBytes());
        }
        return Optional.empty();
    }

    private static Optional<BatchFault> checkFormat(ProducedBatch batch) {
        if (Compression.byId(batch.compressionId()).isEmpty()) {
            return unsupported("compression", "codec " + batch.compressionId() + " is unknown");
        }
        if (batch.flags() != 0) {
            return unsupported(
                    "flags",
                    "a producer may set none, these are " + Integer.toHexString(batch.flags()));
        }
        return Optional.empty();
    }

    private static Optional<BatchFault> checkCounts(ProducedBatch batch) {
        if (batch.recordCount() <= 0) {
            return invalid("record_count", "is " + batch.recordCount() + ", must be above 0");
        }
        if (batch.lastOffsetDelta() != batch.recordCount() - 1) {
            return invalid(
                    "last_offset_delta",
                    "is "
                            + batch.lastOffsetDelta()
                            + ", must be one less than the "
                            + batch.recordCount()
                            + " of record_count");
        }
        return Optional.empty();
    }

    private static Optional<BatchFault> checkProducer(ProducedBatch batch) {
        if (batch.producerId() < 0) {
            return invalid("producer_id", "is " + batch.producerId() + ", below 0");
        }
        if (batch.producerEpoch() < 0) {
            return invalid("producer_epoch", "is " + batch.producerEpoch() + ", below 0");
        }
        if (batch.baseSequence() < 0) {
            return invalid("base_sequence", "is " + batch.baseSequence() + ", below 0");
        }
        if (batch.producerId() == 0 && batch.producerEpoch() != 0) {
            return invalid("producer_epoch", "must be 0 without a producer_id");
        }
        if (batch.producerId() == 0 && batch.baseSequence() != 0) {
            return invalid("base_sequence", "must be 0 without a producer_id");
        }
        return Optional.empty();
    }

    private static Optional<BatchFault> checkBodyCrc(ProducedBatch batch) {
        if (batch.crc32c().isEmpty()) {
            return Optional.empty();
        }
        int given = batch.crc32c().getAsInt();
        int computed = batch.computeBodyCrc();
        if (given != computed) {
            return invalid(
                    "crc32c",
                    String.format(
                            "is %08x, of the body as it is stored it is %08x", given, computed));
        }
        return Optional.empty();
    }

    private Optional<BatchFault> checkRecords(ProducedBatch batch) {
        RecordTally tally = new RecordTally(batch, limits.keyRequired());
        try {
            Compression compression = Compression.byId(batch.compressionId()).orElseThrow();
            if (compression == Compression.NONE) {
                walk(batch.records(), tally);
            } else {
                decompressAndWalk(compression, batch.records(), tally);
            }
            return tally.conclude();
        } catch (MalformedRecordsException e) {
            return Optional.of(e.fault());
        } catch (CorruptRecordsException e) {
            return Optional.of(e.fault());
        } catch (IOException e) {
            return invalid("records", "cannot be decompressed: " + e.getMessage());
        }
    }

    private void walk(ByteBuffer records, RecordTally tally) throws CorruptRecordsException {
        if (records.remaining() > limits.maxDecompressedBytes()) {
            throw CorruptRecordsException.tooLarge(limits.maxDecompressedBytes());
        }
        RecordCursor cursor = new RecordCursor(records);
        while (cursor.next()) {
            if (!tally.add(cursor.hasKey(), cursor.offsetDelta(), cursor.timestampDeltaMs())) {
                return;
            }
        }
    }

    private void decompressAndWalk(Compression compression, ByteBuffer records, RecordTally tally)
            throws IOException {
        try (InputStream in = compression.decompressing(records, limits.maxDecompressedBytes())) {
            RecordStreamWalker walker = new RecordStreamWalker(in);
            while (walker.next()) {
                if (!tally.add(walker.hasKey(), walker.offsetDelta(), walker.timestampDeltaMs())) {
                    return;
                }
            }
        }
    }

    private static Optional<BatchFault> invalid(String field, String message) {
        return Optional.of(new BatchFault(LogError.INVALID_BATCH, field, message));
    }

    private static Optional<BatchFault> unsupported(String field, String message) {
        return Optional.of(new BatchFault(LogError.UNSUPPORTED_FORMAT, field, message));
    }

    private static Optional<BatchFault> tooLarge(int limit, String message) {
        return Optional.of(
                new BatchFault(
                        LogError.BATCH_TOO_LARGE, "records", message, OptionalLong.of(limit)));
    }
}
