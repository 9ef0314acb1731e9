// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The hand-made entries against every reader and writer. */
class VectorsTest {
    private static final BatchValidator VALIDATOR =
            new BatchValidator(new BatchLimits(1 << 20, 1 << 20, false));

    static List<Vectors.Good> good() {
        return Vectors.good();
    }

    static List<Vectors.Refused> refused() {
        return Vectors.refused();
    }

    @ParameterizedTest
    @MethodSource("good")
    void isValidForItsPartitionAndNoOther(Vectors.Good vector) {
        ByteBuffer entry = vector.entry();
        assertThat(Entries.check(entry)).isEqualTo(EntryCheck.VALID);
        assertThat(Entries.checkHeader(entry, RecordBatchLayout.HEADER_BYTES))
                .isEqualTo(EntryCheck.VALID);
        assertThat(EntryCheck.check(entry, 0, entry.limit(), Entries.TOPIC, Entries.PARTITION + 1))
                .isEqualTo(EntryCheck.BAD_PLACEMENT_CHECKSUM);
    }

    @ParameterizedTest
    @MethodSource("good")
    void headerIsReadAtItsPlaces(Vectors.Good vector) {
        for (ByteBuffer b : formsOf(vector.entry())) {
            int at = b.position();
            assertThat(RecordBatchLayout.entryBytes(b, at)).isEqualTo(b.remaining());
            assertThat(RecordBatchLayout.baseOffset(b, at)).isEqualTo(vector.header("base_offset"));
            assertThat(RecordBatchLayout.leaderEpoch(b, at))
                    .isEqualTo((int) vector.header("leader_epoch"));
            assertThat(RecordBatchLayout.appendTimeMs(b, at))
                    .isEqualTo(vector.header("append_time_ms"));
            assertThat(RecordBatchLayout.crc32c(b, at)).isEqualTo((int) vector.header("crc32c"));
            assertThat(RecordBatchLayout.placementCrc32c(b, at))
                    .isEqualTo((int) vector.header("placement_crc32c"));
            assertThat(RecordBatchLayout.compressionId(b, at))
                    .isEqualTo((int) vector.header("compression"));
            assertThat(RecordBatchLayout.flags(b, at)).isEqualTo((int) vector.header("flags"));
            assertThat(RecordBatchLayout.lastOffsetDelta(b, at))
                    .isEqualTo((int) vector.header("last_offset_delta"));
            assertThat(RecordBatchLayout.recordCount(b, at))
                    .isEqualTo((int) vector.header("record_count"));
            assertThat(RecordBatchLayout.baseTimestampMs(b, at))
                    .isEqualTo(vector.header("base_timestamp_ms"));
            assertThat(RecordBatchLayout.maxTimestampMs(b, at))
                    .isEqualTo(vector.header("max_timestamp_ms"));
            assertThat(RecordBatchLayout.producerId(b, at)).isEqualTo(vector.header("producer_id"));
            assertThat(RecordBatchLayout.producerEpoch(b, at))
                    .isEqualTo((int) vector.header("producer_epoch"));
            assertThat(RecordBatchLayout.baseSequence(b, at))
                    .isEqualTo((int) vector.header("base_sequence"));
            assertThat(RecordBatchLayout.computeBodyCrc(b, at))
                    .isEqualTo((int) vector.header("crc32c"));
            assertThat(EntryCheck.check(b, at, b.limit(), Entries.TOPIC, Entries.PARTITION))
                    .isEqualTo(EntryCheck.VALID);
        }
    }

    @ParameterizedTest
    @MethodSource("good")
    void recordsAreRead(Vectors.Good vector) throws Exception {
        ByteBuffer payload = Entries.payload(vector.entry());
        assertThat(payload).isEqualTo(vector.payload());
        assertThat(Entries.records(payload)).isEqualTo(vector.records());
    }

    @ParameterizedTest
    @MethodSource("good")
    void isWrittenBitForBit(Vectors.Good vector) throws Exception {
        ProducedBatch batch = rebuild(vector);
        ByteBuffer written =
                Entries.entry(
                        batch,
                        vector.header("base_offset"),
                        (int) vector.header("leader_epoch"),
                        vector.header("append_time_ms"));
        if (vector.header("compression") == Compression.NONE.id()) {
            assertThat(written).isEqualTo(vector.entry());
        } else {
            assertThat(Entries.check(written)).isEqualTo(EntryCheck.VALID);
            assertThat(Entries.payload(written)).isEqualTo(vector.payload());
        }
    }

    @ParameterizedTest
    @MethodSource("good")
    void survivesTheWayThroughProducedBatch(Vectors.Good vector) throws Exception {
        ProducedBatch batch = ProducedBatch.fromEntry(vector.entry());
        assertThat(
                        Entries.entry(
                                batch,
                                vector.header("base_offset"),
                                (int) vector.header("leader_epoch"),
                                vector.header("append_time_ms")))
                .isEqualTo(vector.entry());
        if (!vector.name().startsWith("compacted")) {
            assertThat(VALIDATOR.validate(batch)).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("good")
    void everyFlippedBitIsNoticed(Vectors.Good vector) {
        ByteBuffer entry = vector.entry();
        for (int bit = 0; bit < entry.limit() * 8; bit++) {
            flip(entry, bit);
            EntryCheck check = Entries.check(entry);
            if (check == EntryCheck.VALID || check == EntryCheck.NEWER_FORMAT) {
                throw new AssertionError("bit " + bit + " flipped is " + check);
            }
            EntryCheck header = Entries.checkHeader(entry, entry.limit());
            if (header == EntryCheck.NEWER_FORMAT
                    || (header == EntryCheck.VALID && bit < RecordBatchLayout.BODY_POSITION * 8)) {
                throw new AssertionError("bit " + bit + " flipped is for the header " + header);
            }
            flip(entry, bit);
        }
    }

    @ParameterizedTest
    @MethodSource("refused")
    void isRefusedForItsReason(Vectors.Refused vector) throws Exception {
        ProducedBatch batch = ProducedBatch.fromEntry(vector.entry());
        assertThat(VALIDATOR.validate(batch))
                .hasValueSatisfying(
                        fault ->
                                assertThat(fault.error().name())
                                        .as("%s", fault)
                                        .isEqualTo(vector.reason()));
    }

    private static ProducedBatch rebuild(Vectors.Good vector) {
        if (vector.records().isEmpty()) { // not the builder's to make: compaction leaves such
            return ProducedBatch.builder()
                    .lastOffsetDelta((int) vector.header("last_offset_delta"))
                    .baseTimestampMs(vector.header("base_timestamp_ms"))
                    .maxTimestampMs(vector.header("max_timestamp_ms"))
                    .producer(
                            vector.header("producer_id"),
                            (int) vector.header("producer_epoch"),
                            (int) vector.header("base_sequence"))
                    .build();
        }
        RecordBatchBuilder builder =
                new RecordBatchBuilder(
                                Compression.byId((int) vector.header("compression")).orElseThrow())
                        .producer(
                                vector.header("producer_id"),
                                (int) vector.header("producer_epoch"),
                                (int) vector.header("base_sequence"));
        long base = vector.header("base_timestamp_ms");
        for (Entries.Plain record : vector.records()) {
            long timestampMs = base + record.timestampDeltaMs();
            if (vector.isCompacted()) {
                builder.appendAt(
                        record.offsetDelta(),
                        timestampMs,
                        record.key(),
                        record.value(),
                        record.headers());
            } else {
                builder.append(timestampMs, record.key(), record.value(), record.headers());
            }
        }
        return builder.build();
    }

    /** The entry on the heap, off it, read-only, and inside something larger. */
    private static List<ByteBuffer> formsOf(ByteBuffer entry) {
        int size = entry.remaining();
        ByteBuffer direct = ByteBuffer.allocateDirect(size).put(entry.duplicate()).flip();
        ByteBuffer inside = ByteBuffer.allocate(size + 20);
        inside.position(7);
        inside.put(entry.duplicate()).flip().position(7);
        return List.of(entry, direct, entry.asReadOnlyBuffer(), direct.asReadOnlyBuffer(), inside);
    }

    private static void flip(ByteBuffer entry, int bit) {
        entry.put(bit / 8, (byte) (entry.get(bit / 8) ^ 1 << (bit % 8)));
    }
}
