// SPDX-License-Identifier: Apache-2.0
package io.taffrail.node.errors;

import static io.taffrail.node.errors.PlainClient.append;
import static io.taffrail.node.errors.PlainClient.refused;

import com.google.protobuf.ByteString;
import io.taffrail.api.internal.v1.AlterPartitionRequest;
import io.taffrail.api.v1.Anchor;
import io.taffrail.api.v1.CreateTopicRequest;
import io.taffrail.api.v1.FetchOpen;
import io.taffrail.api.v1.FetchRequest;
import io.taffrail.api.v1.FetchResponse;
import io.taffrail.api.v1.InitProducerRequest;
import io.taffrail.api.v1.InitProducerResponse;
import io.taffrail.api.v1.Position;
import io.taffrail.api.v1.ProduceOpen;
import io.taffrail.api.v1.ProduceRequest;
import io.taffrail.api.v1.ReadRequest;
import io.taffrail.api.v1.ReadResponse;
import io.taffrail.api.v1.Record;
import io.taffrail.api.v1.RecordBatch;
import io.taffrail.api.v1.Records;
import io.taffrail.api.v1.StartPosition;
import io.taffrail.model.LogError;
import io.taffrail.node.NodeProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node that is well answers to requests that are not. */
class OneNodeErrorsIT {
    private static final int MAX_FETCH_SLOTS = 10_000;

    @TempDir private static Path folder;
    private static NodeProcess node;
    private static PlainClient client;

    @BeforeAll
    static void start() throws IOException {
        node = NodeProcess.start(folder);
        client = new PlainClient(node.api());
    }

    @AfterAll
    static void stop() {
        if (client != null) {
            client.close();
        }
        if (node != null) {
            node.close();
        }
    }

    // Topics

    @Test
    @Provokes(LogError.UNKNOWN_TOPIC)
    void noSuchTopic() {
        refused(() -> client.log().append(append("not-there", "v").build()))
                .is(LogError.UNKNOWN_TOPIC)
                .says("not-there");
    }

    @Test
    @Provokes(LogError.UNKNOWN_TOPIC)
    void noSuchPartition() {
        String topic = client.newTopic(Map.of());
        refused(() -> client.log().append(append(topic, "v").setPartition(7).build()))
                .is(LogError.UNKNOWN_TOPIC)
                .says(topic, "7");
    }

    @Test
    @Provokes(LogError.TOPIC_EXISTS)
    void topicThatExists() {
        String topic = client.newTopic(Map.of());
        refused(
                        () ->
                                client.admin()
                                        .createTopic(
                                                CreateTopicRequest.newBuilder()
                                                        .setTopic(topic)
                                                        .build()))
                .is(LogError.TOPIC_EXISTS, "topic")
                .says(topic);
    }

    @Test
    @Provokes(LogError.INVALID_CONFIG)
    void settingThatCannotBe() {
        refused(() -> client.newTopic(Map.of("retention.ms", "soon")))
                .is(LogError.INVALID_CONFIG, "configs[retention.ms]")
                .says("retention.ms", "soon");
    }

    // Batches

    @Test
    @Provokes(LogError.INVALID_BATCH)
    void checksumThatIsWrong() {
        String topic = client.newTopic(Map.of());
        client.produce(opening(topic).addBatches(batch("v").setCrc32C(1)).build())
                .failure()
                .is(LogError.INVALID_BATCH, "batches[0].crc32c")
                .says("crc32c");
    }

    @Test
    @Provokes(LogError.UNSUPPORTED_FORMAT)
    void codecThatNobodyKnows() {
        String topic = client.newTopic(Map.of());
        client.produce(opening(topic).addBatches(batch("v").setCompressionValue(99)).build())
                .failure()
                .is(LogError.UNSUPPORTED_FORMAT, "batches[0].compression")
                .says("99");
    }

    @Test
    @Provokes(LogError.BATCH_TOO_LARGE)
    void batchAboveTheTopicsLimit() {
        String topic = client.newTopic(Map.of("max.message.bytes", "1024"));
        client.produce(opening(topic).addBatches(batch("v".repeat(2000))).build())
                .failure()
                .is(LogError.BATCH_TOO_LARGE, "batches[0].records")
                .with("limit", 1024);
    }

    @Test
    @Provokes(LogError.BATCH_TOO_LARGE)
    void batchAboveTheReadersLimit() {
        String topic = client.newTopic(Map.of());
        var unused = client.log().append(append(topic, "v".repeat(2000)).build());
        client.fetch(fromEarliest(topic).setMaxMessageBytes(1000))
                .failure()
                .is(LogError.BATCH_TOO_LARGE, "open.max_message_bytes")
                .with("limit", 1000)
                .with("offset", 0)
                .says("2", "1000");
    }

    private static ProduceRequest.Builder opening(String topic) {
        return ProduceRequest.newBuilder().setOpen(ProduceOpen.newBuilder().setTopic(topic));
    }

    private static RecordBatch.Builder batch(String value) {
        Records records =
                Records.newBuilder()
                        .addRecords(Record.newBuilder().setValue(ByteString.copyFromUtf8(value)))
                        .build();
        return RecordBatch.newBuilder().setRecordCount(1).setRecords(records.toByteString());
    }

    // Producers

    @Test
    @Provokes(LogError.OFFSET_MISMATCH)
    void logThatEndsElsewhere() {
        String topic = client.topicWith(2);
        refused(() -> client.log().append(append(topic, "v").setExpectedBaseOffset(1).build()))
                .is(LogError.OFFSET_MISMATCH)
                .with("log_end_offset", 2);
    }

    @Test
    @Provokes(LogError.OUT_OF_ORDER_SEQUENCE)
    void gapInTheSequence() {
        String topic = client.newTopic(Map.of());
        InitProducerResponse producer = client.newProducer();
        appendAs(producer, topic, 0);
        refused(() -> appendAs(producer, topic, 2))
                .is(LogError.OUT_OF_ORDER_SEQUENCE)
                .with("expected_sequence", 1);
    }

    @Test
    @Provokes(LogError.UNKNOWN_PRODUCER)
    void producerThatIsForgotten() {
        String topic = client.newTopic(Map.of());
        InitProducerResponse producer = client.newProducer();
        refused(() -> appendAs(producer, topic, 5))
                .is(LogError.UNKNOWN_PRODUCER)
                .with("expected_sequence", 0);
    }

    @Test
    @Provokes(LogError.PRODUCER_FENCED)
    void producerWithASuccessor() {
        String topic = client.newTopic(Map.of());
        InitProducerResponse first = client.newProducer();
        InitProducerResponse successor =
                client.log()
                        .initProducer(
                                InitProducerRequest.newBuilder()
                                        .setProducerId(first.getProducerId())
                                        .setProducerEpoch(first.getProducerEpoch())
                                        .build());
        appendAs(successor, topic, 0);
        refused(() -> appendAs(first, topic, 0)).is(LogError.PRODUCER_FENCED);
    }

    private static void appendAs(InitProducerResponse producer, String topic, int sequence) {
        var unused =
                client.log()
                        .append(
                                append(topic, "v")
                                        .setProducerId(producer.getProducerId())
                                        .setProducerEpoch(producer.getProducerEpoch())
                                        .setBaseSequence(sequence)
                                        .build());
    }

    // Readers

    @Test
    @Provokes(LogError.OFFSET_OUT_OF_RANGE)
    void offsetOutsideOfTheLog() {
        String topic = client.topicWith(3);
        client.fetch(from(topic, Position.newBuilder().setOffset(99)))
                .failure()
                .is(LogError.OFFSET_OUT_OF_RANGE)
                .with("log_start_offset", 0)
                .with("high_watermark", 3)
                .says(topic, "99");
    }

    @Test
    @Provokes(LogError.LOG_TRUNCATED)
    void logThatIsShorterThanTheReaderKnowsIt() {
        String topic = client.topicWith(3);
        ReadResponse read = client.log().read(ReadRequest.newBuilder().setTopic(topic).build());
        int epoch = read.getNext().getLeaderEpoch();
        client.fetch(from(topic, Position.newBuilder().setOffset(99).setLeaderEpoch(epoch)))
                .failure()
                .is(LogError.LOG_TRUNCATED)
                .with("diverging_offset", 3)
                .with("diverging_epoch", epoch);
    }

    @Test
    @Provokes(LogError.LEADER_UNKNOWN)
    void leaderThatOnlyTheClientHasHeardOf() {
        String topic = client.newTopic(Map.of());
        refused(
                        () ->
                                client.log()
                                        .read(
                                                ReadRequest.newBuilder()
                                                        .setTopic(topic)
                                                        .setLeaderEpoch(1000)
                                                        .build()))
                .is(LogError.LEADER_UNKNOWN)
                .says(topic, "1000");
    }

    @Test
    @Provokes(LogError.OVERLOADED)
    void moreSlotsThanAStreamMayHave() {
        String topic = client.newTopic(Map.of());
        FetchRequest[] requests =
                IntStream.rangeClosed(1, MAX_FETCH_SLOTS + 1)
                        .mapToObj(slot -> FetchRequest.newBuilder().setSlot(slot))
                        .map(request -> request.setOpen(fromEarliest(topic)).build())
                        .toArray(FetchRequest[]::new);
        client.fetch(requests)
                .closed(FetchResponse::hasClosed, FetchResponse::getClosed)
                .is(LogError.OVERLOADED)
                .says(MAX_FETCH_SLOTS);
    }

    private static FetchOpen.Builder fromEarliest(String topic) {
        return FetchOpen.newBuilder()
                .setTopic(topic)
                .setStart(StartPosition.newBuilder().setAnchor(Anchor.ANCHOR_EARLIEST));
    }

    private static FetchOpen.Builder from(String topic, Position.Builder position) {
        return FetchOpen.newBuilder()
                .setTopic(topic)
                .setStart(StartPosition.newBuilder().setPosition(position));
    }

    // Brokers

    @Test
    @Provokes(LogError.STALE_EPOCH)
    void brokerThatWasRegisteredAnewSince() {
        refused(
                        () ->
                                client.controller()
                                        .alterPartition(
                                                AlterPartitionRequest.newBuilder()
                                                        .setBrokerId(0)
                                                        .setBrokerEpoch(0)
                                                        .build()))
                .is(LogError.STALE_EPOCH);
    }
}
