// SPDX-License-Identifier: Apache-2.0
package io.taffrail.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import io.taffrail.api.v1.FetchResponse;
import io.taffrail.api.v1.Opened;
import io.taffrail.api.v1.Position;
import io.taffrail.api.v1.RecordBatch;
import io.taffrail.api.v1.Records;
import io.taffrail.model.batch.Compression;
import io.taffrail.model.batch.RecordBatchLayout;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/**
 * The idea that everything rests on: what is stored is what clients parse. A run of entries, as
 * {@code log-model} writes them, behind the header of a response is that response, for protobuf's
 * own generated classes and for each way of giving them the bytes.
 */
class StoredEntriesAsProtobufTest {
    private static final FetchResponse HEADER =
            FetchResponse.newBuilder()
                    .setSlot(3)
                    .setHighWatermark(1L << 40)
                    .setLogStartOffset(7)
                    .setNext(Position.newBuilder().setOffset(99).setLeaderEpoch(0))
                    .setCostBytes(1234)
                    .setOpened(Opened.newBuilder().setLeaderAddress("[::1]:9650"))
                    .build();

    @Provide
    Arbitrary<SampleBatch> batches() {
        return SampleBatch.any();
    }

    @Provide
    Arbitrary<List<SampleBatch>> runs() {
        return SampleBatch.any().list().ofMinSize(1).ofMaxSize(4);
    }

    @Property
    void anEntryIsOneBatchOfAResponse(@ForAll("batches") SampleBatch sample) throws IOException {
        ByteBuffer entry = sample.entry();

        FetchResponse response = FetchResponse.parseFrom(entry.duplicate());

        assertThat(response.getBatchesList()).containsExactly(expected(sample, entry));
        assertThat(response.toBuilder().clearBatches().build())
                .isEqualTo(FetchResponse.getDefaultInstance());
        assertThat(Records.parseFrom(plain(response.getBatches(0))))
                .isEqualTo(sample.plainRecords());
    }

    private static RecordBatch expected(SampleBatch sample, ByteBuffer entry) {
        return RecordBatch.newBuilder()
                .setBaseOffset(sample.baseOffset())
                .setLeaderEpoch(sample.leaderEpoch())
                .setAppendTimeMs(sample.appendTimeMs())
                .setCrc32C(RecordBatchLayout.crc32c(entry, 0))
                .setPlacementCrc32C(RecordBatchLayout.placementCrc32c(entry, 0))
                .setCompression(CompressionTranslator.toProto(sample.compression()))
                .setLastOffsetDelta(sample.records().size() - 1)
                .setRecordCount(sample.records().size())
                .setBaseTimestampMs(sample.baseTimestampMs())
                .setMaxTimestampMs(sample.maxTimestampMs())
                .setProducerId(sample.producerId())
                .setProducerEpoch(sample.producerEpoch())
                .setBaseSequence(sample.baseSequence())
                .setRecords(ByteString.copyFrom(sample.produced().records()))
                .build();
    }

    private static byte[] plain(RecordBatch batch) throws IOException {
        Compression compression =
                CompressionTranslator.toModel(batch.getCompression()).orElseThrow();
        try (var in =
                compression.decompressing(batch.getRecords().asReadOnlyByteBuffer(), 1 << 20)) {
            return in.readAllBytes();
        }
    }

    @Property
    void entriesBehindAHeaderAreTheWholeResponse(@ForAll("runs") List<SampleBatch> run)
            throws IOException {
        FetchResponse.Builder expected = HEADER.toBuilder();
        ByteString bytes = HEADER.toByteString();
        for (SampleBatch sample : run) {
            ByteBuffer entry = sample.entry();
            expected.addBatches(expected(sample, entry));
            bytes = bytes.concat(ByteString.copyFrom(entry));
        }

        parsesInEveryWay(bytes, expected.build());
    }

    private static void parsesInEveryWay(ByteString bytes, FetchResponse expected)
            throws IOException {
        byte[] array = bytes.toByteArray();
        assertThat(FetchResponse.parseFrom(array)).isEqualTo(expected);
        assertThat(FetchResponse.parseFrom(bytes)).isEqualTo(expected);
        assertThat(FetchResponse.parseFrom(ByteBuffer.wrap(array))).isEqualTo(expected);
        assertThat(FetchResponse.parseFrom(direct(array))).isEqualTo(expected);
        assertThat(
                        FetchResponse.parseFrom(
                                CodedInputStream.newInstance(new ByteArrayInputStream(array), 16)))
                .isEqualTo(expected);
        assertThat(dynamic(array).toByteString()).isEqualTo(expected.toByteString());
    }

    private static ByteBuffer direct(byte[] array) {
        return ByteBuffer.allocateDirect(array.length).put(array).flip();
    }

    private static DynamicMessage dynamic(byte[] array) throws InvalidProtocolBufferException {
        return DynamicMessage.parseFrom(FetchResponse.getDescriptor(), array);
    }

    @Test
    void readsAnEntryMadeByHand() throws IOException {
        RecordBatch batch =
                onlyBatch(
                        "7a89818000092900000000000000150700000019f469e5cf8b01000025bd4ba8dd2de1998aa4"
                                + "3001380045020000004d03000000517b68e5cf8b010000598068e5cf8b0100006101"
                                + "000000000020006d0300000075fdffff7f7ab08080000a1e0a026b31120276311a0b"
                                + "0a057472616365120200ff1a070a05656d7074790a060a026b32200a0a060a001200"
                                + "2003");

        assertThat(batch.getBaseOffset()).isEqualTo(41);
        assertThat(batch.getLeaderEpoch()).isEqualTo(7);
        assertThat(batch.getAppendTimeMs()).isEqualTo(1_700_000_000_500L);
        assertThat(Integer.toUnsignedLong(batch.getCrc32C())).isEqualTo(3_718_794_173L);
        assertThat(Integer.toUnsignedLong(batch.getPlacementCrc32C())).isEqualTo(2_760_546_785L);
        assertThat(batch.getCompression())
                .isEqualTo(io.taffrail.api.v1.Compression.COMPRESSION_NONE);
        assertThat(batch.getFlags()).isZero();
        assertThat(batch.getLastOffsetDelta()).isEqualTo(2);
        assertThat(batch.getRecordCount()).isEqualTo(3);
        assertThat(batch.getBaseTimestampMs()).isEqualTo(1_700_000_000_123L);
        assertThat(batch.getMaxTimestampMs()).isEqualTo(1_700_000_000_128L);
        assertThat(batch.getProducerId()).isEqualTo(9_007_199_254_740_993L);
        assertThat(batch.getProducerEpoch()).isEqualTo(3);
        assertThat(batch.getBaseSequence()).isEqualTo(2_147_483_645);
        Records records = Records.parseFrom(batch.getRecords());
        assertThat(records.getRecords(0).getHeaders(0).getKey()).isEqualTo("trace");
        assertThat(records.getRecords(1).hasValue()).isFalse();
        assertThat(records.getRecords(2).hasKey()).isTrue();
        assertThat(records.getRecords(2).getKey().isEmpty()).isTrue();
        assertThat(records.getRecords(2).getTimestampDeltaMs()).isEqualTo(-2);
    }

    @Test
    void readsAnEntryMadeByHandWithOneRecord() throws IOException {
        RecordBatch batch =
                onlyBatch(
                        "7ae2808000090000000000000000150000000019f469e5cf8b010000252b875fe72d3ff9231e"
                                + "3001380045000000004d01000000510068e5cf8b010000590068e5cf8b0100006100"
                                + "000000000000006d0000000075000000007a898080000a07120568656c6c6f");

        assertThat(Records.parseFrom(batch.getRecords()).getRecords(0).getValue().toStringUtf8())
                .isEqualTo("hello");
    }

    @Test
    void readsAnEntryMadeByHandAsCompactionLeavesIt() throws IOException {
        RecordBatch batch =
                onlyBatch(
                        "7af7808000096400000000000000150200000019f469e5cf8b01000025056a9c532d822ab042"
                                + "3001380045090000004d030000005101000000000000005901000000000000006100"
                                + "000000000000006d0000000075000000007a9e8080000a080a016112013128000a08"
                                + "0a016212013228030a080a01631201332809");

        assertThat(batch.getLastOffsetDelta()).isEqualTo(9);
        assertThat(batch.getRecordCount()).isEqualTo(3);
        Records records = Records.parseFrom(batch.getRecords());
        assertThat(records.getRecordsList().stream().map(record -> record.getOffsetDelta()))
                .containsExactly(0, 3, 9);
    }

    @Test
    void readsAnEntryMadeByHandWithoutRecords() throws IOException {
        RecordBatch batch =
                onlyBatch(
                        "7ad9808000096e00000000000000150200000019f469e5cf8b01000025fc18b0662d358e1f90"
                                + "3001380045020000004d00000000510068e5cf8b010000590068e5cf8b010000614d"
                                + "000000000000006d0000000075040000007a80808000");

        assertThat(batch.getRecordCount()).isZero();
        assertThat(batch.getRecords().isEmpty()).isTrue();
        assertThat(batch.getProducerId()).isEqualTo(77);
        assertThat(batch.getLastOffsetDelta()).isEqualTo(2);
    }

    private static RecordBatch onlyBatch(String entryHex) throws IOException {
        FetchResponse response = FetchResponse.parseFrom(HexFormat.of().parseHex(entryHex));
        assertThat(response.getBatchesCount()).isEqualTo(1);
        assertThat(response.getUnknownFields().asMap()).isEmpty();
        assertThat(response.getBatches(0).getUnknownFields().asMap()).isEmpty();
        return response.getBatches(0);
    }
}
