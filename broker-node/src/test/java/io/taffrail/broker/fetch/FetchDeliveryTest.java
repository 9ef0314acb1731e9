// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.fetch;

import static io.taffrail.broker.fetch.FetchFixture.openAt;
import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.api.LogFailure;
import io.taffrail.api.v1.ConsumedRecord;
import io.taffrail.api.v1.Delivery;
import io.taffrail.api.v1.Demand;
import io.taffrail.api.v1.FetchOpen;
import io.taffrail.api.v1.FetchResponse;
import io.taffrail.api.v1.RecordBatch;
import io.taffrail.broker.testing.FakePartitionLeader;
import io.taffrail.logstore.LogConfig;
import io.taffrail.model.LogError;
import io.taffrail.model.batch.Compression;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** In which form records come. */
class FetchDeliveryTest {
    @TempDir private Path directory;
    private FetchFixture fixture;
    private FakePartitionLeader leader;

    @BeforeEach
    void start() {
        fixture = new FetchFixture(directory);
        leader = fixture.lead("a");
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void sendsBatchesAsTheyAreStored(Compression codec) {
        Batches.append(leader, Batches.of(codec, "x", "y"));
        RecordBatch batch = fixture.read(openAt("a", 0)).batches(1).get(0).getBatches(0);
        assertThat(batch.getCompressionValue()).isEqualTo(codec.id());
        assertThat(batch.hasCrc32C()).isTrue();
        assertThat(batch.getPlacementCrc32C()).isNotZero();
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void encodesAnewWhatTheReaderCannotDecompress(Compression codec) {
        Batches.append(
                leader,
                Batches.of(Compression.NONE, "p"),
                Batches.of(codec, "x", "y"),
                Batches.of(Compression.NONE, "q"));
        FetchReader reader =
                fixture.read(
                        openAt("a", 0)
                                .addAcceptCompression(
                                        io.taffrail.api.v1.Compression.COMPRESSION_NONE));
        List<FetchResponse> answers = reader.batches(3);
        assertThat(Batches.records(answers)).containsExactly("0:p", "1:x", "2:y", "3:q");
        for (FetchResponse answer : answers) {
            boolean stored = answer.getBatches(0).hasCrc32C();
            int batches = answer.getBatchesList().stream().mapToInt(FetchDeliveryTest::sent).sum();
            if (!stored) {
                assertThat(answer.getCostBytes()).isEqualTo(batches);
            }
            assertThat(answer.getBatchesList())
                    .allMatch(b -> b.getCompressionValue() == Compression.NONE.id());
        }
        assertThat(answers.stream().mapToLong(FetchResponse::getCostRecords).sum()).isEqualTo(4);
    }

    private static int sent(RecordBatch batch) {
        return com.google.protobuf.CodedOutputStream.computeMessageSize(15, batch);
    }

    @Test
    void compressesWithWhatTheReaderTakesIfItWouldBeTooLarge() {
        Batches.append(leader, Batches.of(Compression.ZSTD, "x".repeat(100_000)));
        FetchReader reader =
                fixture.read(
                        openAt("a", 0)
                                .setMaxMessageBytes(10_000)
                                .addAcceptCompression(
                                        io.taffrail.api.v1.Compression.COMPRESSION_GZIP));
        List<FetchResponse> answers = reader.batches(1);
        assertThat(answers.get(0).getBatches(0).getCompressionValue())
                .isEqualTo(Compression.GZIP.id());
        assertThat(Batches.records(answers)).containsExactly("0:" + "x".repeat(100_000));
        assertThat(
                        fixture.read(
                                        openAt("a", 0)
                                                .setMaxMessageBytes(10_000)
                                                .addAcceptCompressionValue(1))
                                .failure()
                                .error())
                .isEqualTo(LogError.BATCH_TOO_LARGE);
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void bringsSingleRecordsTrimmedAtBothEnds(Compression codec) {
        Batches.append(leader, Batches.of(codec, "u", "v", "w", "x"), Batches.of(codec, "y", "z"));
        FetchReader reader =
                fixture.read(openAt("a", 2).setDelivery(Delivery.DELIVERY_RECORDS).setEndOffset(5));
        reader.opened();
        List<ConsumedRecord> records = records(reader, 3);
        assertThat(records).extracting(ConsumedRecord::getOffset).containsExactly(2L, 3L, 4L);
        assertThat(records.get(0).getValue().toStringUtf8()).isEqualTo("w");
        assertThat(records.get(0).getLeaderEpoch()).isEqualTo(1);
        assertThat(records.get(0).getTimestampMs()).isEqualTo(1_000);
        assertThat(records.get(0).hasKey()).isFalse();
        reader.endsWithOk();
    }

    private static List<ConsumedRecord> records(FetchReader reader, int count) {
        List<ConsumedRecord> records = new ArrayList<>();
        while (records.size() < count) {
            records.addAll(reader.next().getRecordsList());
        }
        assertThat(records).hasSize(count);
        return records;
    }

    @Test
    void countsSingleRecordsByTheirEncodedSize() {
        Batches.append(leader, Batches.of(Compression.NONE, "v", "w", "x", "y"));
        FetchOpen.Builder open =
                openAt("a", 0)
                        .setDelivery(Delivery.DELIVERY_RECORDS)
                        .setDemand(Demand.newBuilder().setRecords(1).setBytes(1000));
        FetchReader reader = fixture.read(open);
        reader.opened();
        FetchResponse first = reader.next();
        assertThat(first.getRecordsCount()).isEqualTo(1);
        assertThat(first.getCostRecords()).isEqualTo(1);
        assertThat(first.getCostBytes()).isEqualTo(first.getRecords(0).getSerializedSize());
        assertThat(first.getNext().getOffset()).isEqualTo(1);
        reader.grant(0, Demand.newBuilder().setRecords(2));
        assertThat(records(reader, 2))
                .extracting(ConsumedRecord::getOffset)
                .containsExactly(1L, 2L);
    }

    @Test
    void doesNotServeWhatIsDamaged() throws IOException {
        Batches.append(
                leader, Batches.of(Compression.NONE, "x"), Batches.of(Compression.NONE, "y"));
        flip(leader.log().directory().resolve("00000000000000000000.log"), -1);
        FetchReader decoded = fixture.read(openAt("a", 0).setDelivery(Delivery.DELIVERY_RECORDS));
        decoded.opened();
        assertThat(records(decoded, 1).get(0).getOffset()).isZero();
        LogFailure failure = decoded.failure();
        assertThat(failure.error()).isEqualTo(LogError.CORRUPT_LOG);
        assertThat(failure.metadata()).containsEntry("offset", "1");

        int second = Batches.of(Compression.NONE, "y").entryBytes();
        flip(leader.log().directory().resolve("00000000000000000000.log"), -second);
        FetchReader stored = fixture.read(openAt("a", 0));
        assertThat(Batches.records(stored.batches(1))).containsExactly("0:x");
        assertThat(stored.failure().error()).isEqualTo(LogError.CORRUPT_LOG);
    }

    @Test
    void saysThatAFileCouldNotBeReadAndNotThatItIsDamaged() throws IOException {
        FakePartitionLeader rolled = fixture.lead("b", LogConfig.DEFAULT.withSegmentBytes(1024));
        Batches.appendEach(rolled, "x".repeat(1000), "y".repeat(1000));
        rolled.log().flush(); // what is closed and durable is held open by nobody
        Files.delete(rolled.log().directory().resolve("00000000000000000000.log"));
        LogFailure failure = fixture.read(openAt("b", 0)).failure();
        assertThat(failure.error()).isEqualTo(LogError.READ_FAILED);
        assertThat(failure.metadata()).containsEntry("offset", "0");
    }

    /** Turns a byte around, counted from the file's end. */
    private static void flip(Path file, int fromEnd) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long at = channel.size() + fromEnd;
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, at);
            one.put(0, (byte) ~one.get(0)).rewind();
            channel.write(one, at);
        }
    }
}
