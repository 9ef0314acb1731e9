// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.model.LogError;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BatchValidatorTest {
    private static final BatchLimits LIMITS = new BatchLimits(1 << 20, 1 << 20, false);

    private final BatchValidator validator = new BatchValidator(LIMITS);
    private final ProducedBatch good = Entries.batch(Compression.NONE, 3);

    @ParameterizedTest
    @EnumSource
    void acceptsWhatTheBuilderBuilds(Compression compression) {
        assertThat(validator.validate(Entries.batch(compression, 500))).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void limitsTheDecompressedSize(Compression compression) {
        ProducedBatch batch = Entries.batch(compression, 500);
        int plainBytes = Entries.batch(Compression.NONE, 500).records().remaining();
        assertThat(new BatchValidator(new BatchLimits(1 << 20, plainBytes, false)).validate(batch))
                .isEmpty();
        assertFault(
                new BatchValidator(new BatchLimits(1 << 20, plainBytes - 1, false)),
                batch,
                LogError.BATCH_TOO_LARGE,
                "records");
    }

    @Test
    void limitsTheSizeOfTheEntry() {
        int entryBytes = good.entryBytes();
        assertThat(new BatchValidator(new BatchLimits(entryBytes, 1 << 20, false)).validate(good))
                .isEmpty();
        assertFault(
                new BatchValidator(new BatchLimits(entryBytes - 1, 1 << 20, false)),
                good,
                LogError.BATCH_TOO_LARGE,
                "records");
    }

    @Test
    void saysWhichLimitIsExceeded() {
        ProducedBatch compressed = Entries.batch(Compression.GZIP, 500);

        assertThat(new BatchValidator(new BatchLimits(100, 1 << 20, false)).validate(compressed))
                .map(BatchFault::limit)
                .contains(OptionalLong.of(100));
        assertThat(new BatchValidator(new BatchLimits(1 << 20, 200, false)).validate(compressed))
                .map(BatchFault::limit)
                .contains(OptionalLong.of(200));
    }

    @Test
    void takesCodec0ForNone() {
        ProducedBatch batch = copy(good).compressionId(0).build();
        assertThat(batch.compressionId()).isEqualTo(Compression.NONE.id());
        assertThat(validator.validate(batch)).isEmpty();
    }

    @Test
    void refusesWhatIsNotKnown() {
        assertFault(
                copy(good).compressionId(6).build(), LogError.UNSUPPORTED_FORMAT, "compression");
        assertFault(
                copy(good).compressionId(-1).build(), LogError.UNSUPPORTED_FORMAT, "compression");
        for (int flag = 1; flag != 0; flag <<= 1) {
            assertFault(copy(good).flags(flag).build(), LogError.UNSUPPORTED_FORMAT, "flags");
        }
    }

    @Test
    void refusesCountsThatDoNotFit() {
        assertFault(counts(0, -1), LogError.INVALID_BATCH, "record_count");
        assertFault(
                counts(Integer.MIN_VALUE, Integer.MAX_VALUE),
                LogError.INVALID_BATCH,
                "record_count");
        assertFault(counts(2, 1), LogError.INVALID_BATCH, "record_count");
        assertFault(counts(4, 3), LogError.INVALID_BATCH, "record_count");
        assertFault(counts(3, 3), LogError.INVALID_BATCH, "last_offset_delta");
        assertFault(counts(3, 1), LogError.INVALID_BATCH, "last_offset_delta");
    }

    private ProducedBatch counts(int recordCount, int lastOffsetDelta) {
        return copy(good).recordCount(recordCount).lastOffsetDelta(lastOffsetDelta).build();
    }

    @Test
    void refusesProducersOutOfRange() {
        assertFault(producer(-1, 0, 0), LogError.INVALID_BATCH, "producer_id");
        assertFault(producer(1, -1, 0), LogError.INVALID_BATCH, "producer_epoch");
        assertFault(producer(1, 0, -1), LogError.INVALID_BATCH, "base_sequence");
        assertFault(producer(0, 1, 0), LogError.INVALID_BATCH, "producer_epoch");
        assertFault(producer(0, 0, 1), LogError.INVALID_BATCH, "base_sequence");
        assertThat(validator.validate(producer(0, 0, 0))).isEmpty();
        assertThat(
                        validator.validate(
                                producer(Long.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE)))
                .isEmpty();
    }

    private ProducedBatch producer(long id, int epoch, int sequence) {
        return copy(good).producer(id, epoch, sequence).build();
    }

    @Test
    void comparesTheChecksumIfThereIsOne() {
        int crc = RecordBatchLayout.crc32c(Entries.entry(good), 0);
        assertThat(validator.validate(copy(good).crc32c(crc).build())).isEmpty();
        assertFault(copy(good).crc32c(crc + 1).build(), LogError.INVALID_BATCH, "crc32c");
    }

    @Test
    void wantsTheLargestTimestamp() {
        long max = good.maxTimestampMs();
        assertFault(
                copy(good).maxTimestampMs(max + 1).build(),
                LogError.INVALID_BATCH,
                "max_timestamp_ms");
        assertFault(
                copy(good).maxTimestampMs(max - 1).build(),
                LogError.INVALID_BATCH,
                "max_timestamp_ms");
    }

    @Test
    void refusesTimestampsThatOverflow() {
        ProducedBatch ahead =
                copy(good)
                        .baseTimestampMs(Long.MAX_VALUE - 1)
                        .maxTimestampMs(Long.MIN_VALUE)
                        .build();
        assertFault(ahead, LogError.INVALID_BATCH, "timestamp_delta_ms");
        ProducedBatch back =
                new RecordBatchBuilder(Compression.NONE)
                        .append(0, new byte[0], null, List.of())
                        .append(-5, new byte[0], null, List.of())
                        .build();
        assertThat(validator.validate(back)).isEmpty();
        assertFault(
                copy(back).baseTimestampMs(Long.MIN_VALUE).maxTimestampMs(Long.MIN_VALUE).build(),
                LogError.INVALID_BATCH,
                "timestamp_delta_ms");
    }

    @ParameterizedTest
    @EnumSource
    void wantsKeysInACompactedTopic(Compression compression) {
        BatchValidator compacted = new BatchValidator(new BatchLimits(1 << 20, 1 << 20, true));
        assertThat(compacted.validate(Entries.batch(compression, 3))).isEmpty();
        ProducedBatch keyless =
                new RecordBatchBuilder(compression)
                        .append(1, new byte[0], null, List.of())
                        .append(1, (byte[]) null, new byte[1], List.of())
                        .build();
        assertThat(validator.validate(keyless)).isEmpty();
        assertFault(compacted, keyless, LogError.INVALID_BATCH, "key");
    }

    @ParameterizedTest
    @EnumSource
    void wantsOffsetDeltasWithoutGaps(Compression compression) {
        ProducedBatch consistent =
                new RecordBatchBuilder(compression)
                        .appendAt(0, 1, new byte[0], null, List.of())
                        .append(1, new byte[0], null, List.of())
                        .appendAt(2, 1, new byte[0], null, List.of())
                        .build();
        assertThat(validator.validate(consistent)).isEmpty();
        ProducedBatch gap =
                new RecordBatchBuilder(compression)
                        .append(1, new byte[0], null, List.of())
                        .appendAt(2, 1, new byte[0], null, List.of())
                        .build();
        assertFault(copy(gap).lastOffsetDelta(1).build(), LogError.INVALID_BATCH, "offset_delta");
    }

    @Test
    void walksRecordsLargerThanItsWindow() {
        byte[] large = new byte[300_000];
        for (Compression compression : Compression.values()) {
            ProducedBatch batch =
                    new RecordBatchBuilder(compression)
                            .append(
                                    1,
                                    large,
                                    large,
                                    List.of(RecordHeader.of("x".repeat(30_000), large)))
                            .append(2, new byte[1], null, List.of())
                            .build();
            assertThat(validator.validate(batch)).isEmpty();
        }
    }

    @Test
    void fromEntryRefusesWhatIsNotOneWholeEntry() {
        ByteBuffer entry = Entries.entry(good);
        assertThat(malformed(entry.slice(0, 93)).error()).isEqualTo(LogError.INVALID_BATCH);
        assertThat(malformed(entry.slice(0, entry.limit() - 1)).error())
                .isEqualTo(LogError.INVALID_BATCH);
        entry.put(RecordBatchLayout.PRODUCER_ID_POSITION - 1, (byte) 0);
        assertThat(malformed(entry).error()).isEqualTo(LogError.INVALID_BATCH);
        entry.put(RecordBatchLayout.FLAGS_POSITION, (byte) 0x40);
        assertThat(malformed(entry).error()).isEqualTo(LogError.UNSUPPORTED_FORMAT);
    }

    private static BatchFault malformed(ByteBuffer entry) {
        try {
            ProducedBatch.fromEntry(entry);
            throw new AssertionError("was read as a batch");
        } catch (MalformedBatchException e) {
            return e.fault();
        }
    }

    private void assertFault(ProducedBatch batch, LogError error, String field) {
        assertFault(validator, batch, error, field);
    }

    private static void assertFault(
            BatchValidator validator, ProducedBatch batch, LogError error, String field) {
        assertThat(validator.validate(batch))
                .hasValueSatisfying(
                        fault -> {
                            assertThat(fault.error()).as("%s", fault).isEqualTo(error);
                            assertThat(fault.field()).as("%s", fault).isEqualTo(field);
                        });
    }

    private static ProducedBatch.Builder copy(ProducedBatch batch) {
        return ProducedBatch.builder()
                .compressionId(batch.compressionId())
                .flags(batch.flags())
                .lastOffsetDelta(batch.lastOffsetDelta())
                .recordCount(batch.recordCount())
                .baseTimestampMs(batch.baseTimestampMs())
                .maxTimestampMs(batch.maxTimestampMs())
                .producer(batch.producerId(), batch.producerEpoch(), batch.baseSequence())
                .records(batch.records());
    }
}
