// SPDX-License-Identifier: Apache-2.0
package io.taffrail.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.taffrail.api.v1.RecordBatch;
import io.taffrail.model.LogError;
import io.taffrail.model.batch.BatchLimits;
import io.taffrail.model.batch.BatchValidator;
import io.taffrail.model.batch.ProducedBatch;
import java.nio.ByteBuffer;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class RecordBatchTranslatorTest {
    private static final BatchValidator VALIDATOR =
            new BatchValidator(new BatchLimits(1 << 20, 1 << 20, false));

    /** With header fields of any value: to refuse them is not for the translator. */
    @Provide
    Arbitrary<RecordBatch> producedMessages() {
        return Combinators.combine(
                        Arbitraries.integers().list().ofSize(7),
                        Arbitraries.longs().list().ofSize(3),
                        Arbitraries.integers().optional(),
                        Arbitraries.bytes().array(byte[].class).ofMaxSize(100))
                .as(
                        (ints, longs, crc32c, records) -> {
                            RecordBatch.Builder batch =
                                    RecordBatch.newBuilder()
                                            .setCompressionValue(ints.get(0) == 0 ? 1 : ints.get(0))
                                            .setFlags(ints.get(1))
                                            .setLastOffsetDelta(ints.get(2))
                                            .setRecordCount(ints.get(3))
                                            .setBaseTimestampMs(longs.get(0))
                                            .setMaxTimestampMs(longs.get(1))
                                            .setProducerId(longs.get(2))
                                            .setProducerEpoch(ints.get(4))
                                            .setBaseSequence(ints.get(5))
                                            .setRecords(ByteString.copyFrom(records));
                            crc32c.ifPresent(batch::setCrc32C);
                            return batch.build();
                        });
    }

    @Provide
    Arbitrary<SampleBatch> batches() {
        return SampleBatch.any();
    }

    @Property
    void everyFieldComesBack(@ForAll("producedMessages") RecordBatch batch)
            throws BatchRefusedException {
        assertThat(RecordBatchTranslator.toProto(RecordBatchTranslator.toModel(batch)))
                .isEqualTo(batch);
    }

    @Property
    void aBuiltBatchIsSentAsItIs(@ForAll("batches") SampleBatch sample)
            throws BatchRefusedException, InvalidProtocolBufferException {
        ProducedBatch produced = sample.produced();

        RecordBatch received =
                RecordBatch.parseFrom(RecordBatchTranslator.toProto(produced).toByteArray());

        ProducedBatch model = RecordBatchTranslator.toModel(received);
        assertThat(storedBytes(model)).isEqualTo(storedBytes(produced));
    }

    @Property
    void aChecksumOverTheStoredLayoutIsGoodAfterTheJourney(@ForAll("batches") SampleBatch sample)
            throws Exception {
        ProducedBatch produced = ProducedBatch.fromEntry(nonTransient(sample).entry());

        RecordBatch received =
                RecordBatch.parseFrom(RecordBatchTranslator.toProto(produced).toByteArray());

        assertThat(received.hasCrc32C()).isTrue();
        assertThat(VALIDATOR.validate(RecordBatchTranslator.toModel(received))).isEmpty();
    }

    private static SampleBatch nonTransient(SampleBatch sample) {
        return sample.producerId() != 0
                ? sample
                : new SampleBatch(sample.records(), sample.compression(), 0, 0, 0, 0, 0, 0);
    }

    @Test
    void takesTheRecordsWithoutCopyingThem() throws BatchRefusedException {
        byte[] bytes = {1, 2, 3};
        RecordBatch batch =
                RecordBatch.newBuilder().setRecords(UnsafeByteOperations.unsafeWrap(bytes)).build();

        ProducedBatch model = RecordBatchTranslator.toModel(batch);
        bytes[1] = 9;

        assertThat(model.records().get(1)).isEqualTo((byte) 9);
        assertThat(model.records().isReadOnly()).isTrue();
    }

    @Test
    void passesOverWhatTheLeaderSets() throws BatchRefusedException {
        RecordBatch batch =
                RecordBatch.newBuilder()
                        .setBaseOffset(7)
                        .setLeaderEpoch(7)
                        .setAppendTimeMs(7)
                        .setPlacementCrc32C(7)
                        .build();

        assertThat(RecordBatchTranslator.toProto(RecordBatchTranslator.toModel(batch)))
                .isEqualTo(RecordBatch.newBuilder().setCompressionValue(1).build());
    }

    @Test
    void refusesFieldsThatStoringWouldDrop() throws InvalidProtocolBufferException {
        byte[] field16 = {(byte) 0x80, 0x01, 0x05};
        RecordBatch batch = RecordBatch.parseFrom(field16);

        BatchRefusedException refused =
                catchThrowableOfType(
                        BatchRefusedException.class, () -> RecordBatchTranslator.toModel(batch));

        assertThat(refused.fault().error()).isEqualTo(LogError.UNSUPPORTED_FORMAT);
        assertThat(refused.fault().message()).contains("16");
    }

    private static ByteBuffer storedBytes(ProducedBatch batch) {
        ByteBuffer entry = ByteBuffer.allocate(batch.entryBytes());
        batch.writeHeader(entry);
        return entry.put(batch.records()).flip();
    }
}
