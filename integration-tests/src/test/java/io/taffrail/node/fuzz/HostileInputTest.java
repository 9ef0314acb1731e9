// SPDX-License-Identifier: Apache-2.0
package io.taffrail.node.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.taffrail.api.v1.Compression;
import io.taffrail.api.v1.FetchOpen;
import io.taffrail.api.v1.FetchRequest;
import io.taffrail.api.v1.LogServiceGrpc;
import io.taffrail.api.v1.ProduceOpen;
import io.taffrail.api.v1.ProduceRequest;
import io.taffrail.api.v1.Record;
import io.taffrail.api.v1.RecordBatch;
import io.taffrail.api.v1.Records;
import io.taffrail.node.NodeProcess;
import io.taffrail.node.load.Bystander;
import io.taffrail.node.load.NodeChannel;
import io.taffrail.node.load.NodeFigures;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What no client should send, to a node with a small heap that ends when that is full. It says
 * whose fault it is, writes no stack trace into its log, has its memory back afterwards, and a
 * client on another connection notices nothing.
 */
class HostileInputTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final int MAX_REQUEST_BYTES = 2 << 20;
    private static final long MB = 1 << 20;
    private static final String TOPIC = "victim";

    /** What a client is told of its own fault. */
    private static final Set<Status.Code> CLIENTS_FAULT =
            Set.of(Status.Code.INVALID_ARGUMENT, Status.Code.UNIMPLEMENTED);

    /** gRPC resets a stream on which headers were sent already: it cannot say why any more. */
    private static final Set<Status.Code> TOO_LARGE =
            Set.of(Status.Code.RESOURCE_EXHAUSTED, Status.Code.CANCELLED);

    @TempDir static Path folder;

    private static NodeProcess node;
    private static NodeChannel channel;
    private static Bystander bystander;
    private static NodeFigures before;

    @BeforeAll
    static void start() throws IOException {
        node =
                NodeProcess.start(
                        folder,
                        List.of("-Xmx160m", "-XX:+ExitOnOutOfMemoryError"),
                        List.of(
                                "disk.reserve.bytes=0",
                                "api.max.request.bytes=" + MAX_REQUEST_BYTES));
        channel = NodeChannel.to(node);
        channel.createTopic(TOPIC, 1);
        bystander = new Bystander(node, "bystander");
        bystander.awaitRoundTrips(3);
        before = NodeFigures.afterCollection(node);
    }

    @AfterAll
    static void stop() {
        if (node != null) {
            bystander.close();
            channel.close();
            node.close();
        }
    }

    @AfterEach
    void theNodeIsAsItWasBefore() throws IOException {
        bystander.awaitRoundTrips(2);
        assertThat(node.log().lines())
                .noneMatch(line -> line.startsWith("\tat "))
                .noneMatch(line -> line.contains(" ERROR "));
        long deadline = System.nanoTime() + LIMIT.toNanos();
        NodeFigures now = NodeFigures.afterCollection(node);
        while (now.heapBytes() > before.heapBytes() + 16 * MB) {
            assertThat(System.nanoTime()).as("memory: %s, %s", before, now).isLessThan(deadline);
            now = NodeFigures.afterCollection(node);
        }
        System.out.println("[fuzz] before: " + before + "; now: " + now);
    }

    @Test
    void bytesThatAreNoMessageAreTheClientsFault() {
        List<byte[]> garbage =
                List.of(
                        new byte[] {0x0a, 0x7f}, // a length behind which nothing comes
                        new byte[] {0x0f}, // no such wire type
                        new byte[] {0x00}, // no such field
                        new byte[] {(byte) 0xff, (byte) 0xff},
                        new byte[] {0x0c}); // the end of no group
        for (MethodDescriptor<?, ?> method : Methods.all()) {
            for (byte[] bytes : garbage) {
                assertThat(end(method, bytes))
                        .as("%s of %s", method.getFullMethodName(), ByteString.copyFrom(bytes))
                        .isIn(CLIENTS_FAULT);
            }
        }
    }

    @Test
    void messagesThatAreTooLargeAreRefused() {
        for (MethodDescriptor<?, ?> method : Methods.all()) {
            assertThat(end(method, new byte[MAX_REQUEST_BYTES + 1]))
                    .as(method.getFullMethodName())
                    .isIn(TOO_LARGE);
        }
    }

    /** One half of a unary call, and two of them. */
    @Test
    void callsWithoutAMessageOrWithTooManyEnd() {
        for (MethodDescriptor<?, ?> method : Methods.forClients()) {
            byte[] empty = new byte[0];
            for (List<byte[]> messages : List.of(List.<byte[]>of(), List.of(empty, empty))) {
                RawCall call = RawCall.send(channel.channel(), method, messages);
                boolean answered = call.answeredWithin(LIMIT);
                call.cancel();
                assertThat(answered)
                        .as("%d messages to %s", messages.size(), method.getFullMethodName())
                        .isTrue();
            }
        }
    }

    private static Status.Code end(MethodDescriptor<?, ?> method, byte[] message) {
        return RawCall.send(channel.channel(), method, List.of(message))
                .endWithin(LIMIT)
                .orElseThrow(() -> new AssertionError(method.getFullMethodName() + " goes on"))
                .getCode();
    }

    @Test
    void batchesThatGrowBeyondMeasureAreRefused() {
        byte[] zeros = new byte[96 << 20];
        ByteString whole =
                Records.newBuilder()
                        .addRecords(Record.newBuilder().setValue(ByteString.copyFrom(zeros)))
                        .build()
                        .toByteString();
        for (var codec : io.taffrail.model.batch.Compression.values()) {
            if (codec != io.taffrail.model.batch.Compression.NONE) {
                ByteBuffer bomb = codec.compress(whole.asReadOnlyByteBuffer());
                if (bomb.remaining() < MAX_REQUEST_BYTES / 2) {
                    refused(codec.name(), ByteString.copyFrom(bomb));
                } else {
                    refused(codec.name(), claiming(codec));
                }
            }
        }
        refused("SNAPPY", claiming(io.taffrail.model.batch.Compression.SNAPPY));
    }

    /** A block of Snappy says first how large it is: 2 GiB less one byte, in this case. */
    private static ByteString claiming(io.taffrail.model.batch.Compression codec) {
        assertThat(codec).isEqualTo(io.taffrail.model.batch.Compression.SNAPPY);
        return ByteString.copyFrom(new byte[] {-1, -1, -1, -1, 7, 0, 0});
    }

    private static void refused(String codec, ByteString records) {
        RecordBatch batch =
                RecordBatch.newBuilder()
                        .setCompression(Compression.valueOf("COMPRESSION_" + codec))
                        .setRecordCount(1)
                        .setRecords(records)
                        .build();
        byte[] produced = open().addBatches(batch).build().toByteArray();
        for (int i = 0; i < 10; i++) { // and again, as an attacker would
            assertThat(end(LogServiceGrpc.getProduceMethod(), produced))
                    .as("%d bytes of %s", records.size(), codec)
                    .isEqualTo(Status.Code.INVALID_ARGUMENT);
        }
    }

    private static ProduceRequest.Builder open() {
        return ProduceRequest.newBuilder().setOpen(ProduceOpen.newBuilder().setTopic(TOPIC));
    }

    @Test
    void valuesThatCannotBeAreRefused() {
        List<String> wrong = new ArrayList<>();
        for (ImpossibleRequests.Case each : ImpossibleRequests.all(TOPIC)) {
            List<byte[]> messages = List.of(each.request().toByteArray());
            String end =
                    RawCall.send(channel.channel(), each.method(), messages)
                            .endWithin(ANSWER)
                            .map(status -> status.getCode().name())
                            .orElse("no end");
            if (!end.equals(each.code().name())) {
                wrong.add(
                        each.method().getBareMethodName()
                                + ", "
                                + each.what()
                                + ": "
                                + end
                                + ", not "
                                + each.code());
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void slotsThatAreOpenedByTheThousandAndDroppedLeaveNothing() throws IOException {
        for (int round = 0; round < 3; round++) {
            try (NodeChannel own = NodeChannel.to(node)) {
                RawCall fetch = RawCall.begin(own.channel(), LogServiceGrpc.getFetchMethod());
                RawCall produce = RawCall.begin(own.channel(), LogServiceGrpc.getProduceMethod());
                for (int slot = 1; slot <= 3000; slot++) {
                    fetch.message(
                            FetchRequest.newBuilder()
                                    .setSlot(slot)
                                    .setOpen(FetchOpen.newBuilder().setTopic(TOPIC))
                                    .build()
                                    .toByteArray());
                    produce.message(open().setSlot(slot).build().toByteArray());
                }
                assertThat(fetch.answeredWithin(LIMIT)).isTrue();
                assertThat(produce.answeredWithin(LIMIT)).isTrue();
            }
        }
        awaitZero("taffrail_fetch_slots");
        awaitZero("taffrail_produce_slots");
        awaitZero("taffrail_fetch_streams");
    }

    private static void awaitZero(String metric) throws IOException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (node.metric(metric) > 0) {
            assertThat(System.nanoTime()).as(metric).isLessThan(deadline);
            pause();
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(20);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Test
    void streamsThatSayNothingHoldNothing() {
        try (NodeChannel own = NodeChannel.to(node)) {
            List<RawCall> silent = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                for (MethodDescriptor<?, ?> method : Methods.all()) {
                    silent.add(RawCall.begin(own.channel(), method));
                }
            }
            bystander.awaitRoundTrips(3);
            silent.subList(0, silent.size() / 2).forEach(RawCall::halfClose);
            bystander.awaitRoundTrips(3);
        }
    }

    private static double cancelledCalls() throws IOException {
        return node.get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("taffrail_grpc_calls_total"))
                .filter(line -> line.contains("code=\"CANCELLED\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    @Test
    void connectionsThatBreakInTheMiddleOfAMessageLeaveNothing() throws IOException {
        Random random = new Random(5);
        List<HalfConnection> halfOpen = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            HalfConnection connection = new HalfConnection(node.api());
            MethodDescriptor<?, ?> method = Methods.all().get(random.nextInt(Methods.all().size()));
            for (int call = 0; call < 5; call++) {
                connection.beginMessage(
                        method.getFullMethodName(),
                        random.nextBoolean() ? MAX_REQUEST_BYTES : Integer.MAX_VALUE,
                        random.nextInt(1000));
            }
            if (i % 4 == 0) {
                byte[] noise = new byte[100];
                random.nextBytes(noise);
                connection.noise(noise);
            }
            if (i % 2 == 0) {
                connection.close();
            } else {
                halfOpen.add(connection);
            }
        }
        bystander.awaitRoundTrips(3);
        double ended = cancelledCalls();
        assertThat(ended).as("calls that the node had begun").isPositive();
        for (HalfConnection connection : halfOpen) {
            connection.close();
        }
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (cancelledCalls() == ended) {
            assertThat(System.nanoTime()).as("half-open calls end").isLessThan(deadline);
            pause();
        }
    }
}
