// SPDX-License-Identifier: Apache-2.0
package io.taffrail.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.taffrail.api.v1.ConsumedRecord;
import io.taffrail.api.v1.NewRecord;
import io.taffrail.api.v1.Records;
import io.taffrail.model.LogError;
import io.taffrail.model.batch.Compression;
import io.taffrail.model.batch.RecordBatchBuilder;
import io.taffrail.model.batch.RecordBatchLayout;
import io.taffrail.model.batch.RecordCursor;
import java.nio.ByteBuffer;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Plain records on their way in, and on their way out. */
class NewRecordTranslatorTest {
    private static final long NOW_MS = 1_700_000_000_000L;

    @Provide
    Arbitrary<SampleBatch> batches() {
        return SampleBatch.any();
    }

    @Property
    void plainRecordsBecomeTheSameBatch(@ForAll("batches") SampleBatch sample)
            throws BatchRefusedException, InvalidProtocolBufferException {
        RecordBatchBuilder batch = new RecordBatchBuilder(Compression.NONE);
        for (SampleRecord plain : sample.records()) {
            NewRecord received = NewRecord.parseFrom(plain.asNewRecord().toByteArray());
            NewRecordTranslator.appendTo(batch, received, NOW_MS);
        }

        assertThat(Records.parseFrom(batch.build().records())).isEqualTo(sample.plainRecords());
        assertThat(batch.build().maxTimestampMs()).isEqualTo(sample.maxTimestampMs());
    }

    @Property
    void consumedRecordsAreThoseThatWereProduced(@ForAll("batches") SampleBatch sample) {
        SampleBatch plain =
                new SampleBatch(
                        sample.records(),
                        Compression.NONE,
                        0,
                        0,
                        0,
                        sample.baseOffset(),
                        sample.leaderEpoch(),
                        sample.appendTimeMs());
        ByteBuffer entry = plain.entry();
        RecordCursor cursor = new RecordCursor(plain.produced().records());

        for (int n = 0; n < plain.records().size(); n++) {
            assertThat(cursor.next()).isTrue();
            assertThat(ConsumedRecordTranslator.toProto(entry, 0, cursor))
                    .isEqualTo(consumed(plain, n));
        }
        assertThat(cursor.next()).isFalse();
    }

    private static ConsumedRecord consumed(SampleBatch batch, int n) {
        NewRecord record = batch.records().get(n).asNewRecord();
        ConsumedRecord.Builder expected =
                ConsumedRecord.newBuilder()
                        .setOffset(batch.baseOffset() + n)
                        .setLeaderEpoch(batch.leaderEpoch())
                        .setAppendTimeMs(batch.appendTimeMs())
                        .setTimestampMs(record.getTimestampMs())
                        .addAllHeaders(record.getHeadersList());
        if (record.hasKey()) {
            expected.setKey(record.getKey());
        }
        if (record.hasValue()) {
            expected.setValue(record.getValue());
        }
        return expected.build();
    }

    @Test
    void aRecordWithoutATimeGetsTheBrokers() throws BatchRefusedException {
        RecordBatchBuilder batch = new RecordBatchBuilder(Compression.NONE);

        NewRecordTranslator.appendTo(batch, NewRecord.getDefaultInstance(), NOW_MS);

        assertThat(batch.build().baseTimestampMs()).isEqualTo(NOW_MS);
    }

    @Test
    void namesTheRecordThatDoesNotFit() throws BatchRefusedException {
        RecordBatchBuilder batch = new RecordBatchBuilder(Compression.NONE);
        NewRecordTranslator.appendTo(batch, at(Long.MIN_VALUE), NOW_MS);

        BatchRefusedException refused =
                catchThrowableOfType(
                        BatchRefusedException.class,
                        () -> NewRecordTranslator.appendTo(batch, at(Long.MAX_VALUE), NOW_MS));

        assertThat(refused.fault().error()).isEqualTo(LogError.INVALID_BATCH);
        assertThat(refused.fault().field()).isEqualTo("records[1]");
        assertThat(batch.recordCount()).isEqualTo(1);
    }

    @Test
    void aRecordThatTheBatchHasNoRoomForIsTooLarge() throws BatchRefusedException {
        RecordBatchBuilder batch = new RecordBatchBuilder(Compression.NONE);
        NewRecordTranslator.appendTo(batch, at(0), NOW_MS);
        NewRecord large =
                NewRecord.newBuilder()
                        .setValue(
                                UnsafeByteOperations.unsafeWrap(
                                        new byte[RecordBatchLayout.MAX_ENTRY_BYTES]))
                        .build();

        BatchRefusedException refused =
                catchThrowableOfType(
                        BatchRefusedException.class,
                        () -> NewRecordTranslator.appendTo(batch, large, NOW_MS));

        assertThat(refused.fault().error()).isEqualTo(LogError.BATCH_TOO_LARGE);
        assertThat(refused.fault().field()).isEqualTo("records[1]");
        assertThat(batch.recordCount()).isEqualTo(1);
    }

    private static NewRecord at(long timestampMs) {
        return NewRecord.newBuilder()
                .setTimestampMs(timestampMs)
                .setValue(ByteString.copyFromUtf8("v"))
                .build();
    }

    @Test
    void headersComeBack() {
        List<io.taffrail.api.v1.Header> headers =
                List.of(header("a", "1"), header("", ""), header("a", "2"));

        assertThat(HeaderTranslator.toProto(HeaderTranslator.toModel(headers))).isEqualTo(headers);
        assertThat(HeaderTranslator.toProto(HeaderTranslator.toModel(List.of()))).isEmpty();
    }

    private static io.taffrail.api.v1.Header header(String key, String value) {
        return io.taffrail.api.v1.Header.newBuilder()
                .setKey(key)
                .setValue(ByteString.copyFromUtf8(value))
                .build();
    }
}
