// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.fetch;

import static io.taffrail.broker.fetch.FetchFixture.openAt;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.taffrail.api.v1.Delivery;
import io.taffrail.api.v1.FetchOpen;
import io.taffrail.api.v1.FetchRequest;
import io.taffrail.api.v1.FetchResponse;
import io.taffrail.api.v1.LogServiceGrpc;
import io.taffrail.broker.fetch.serve.ByteBudget;
import io.taffrail.broker.fetch.serve.ServingPath;
import io.taffrail.broker.fetch.serve.ServingSelfTest;
import io.taffrail.broker.testing.FakePartitionLeader;
import io.taffrail.logstore.LogConfig;
import io.taffrail.logstore.LogSlice;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How the bytes get to the reader, and what is held until they do. */
class ServingTest {
    private static final LogConfig LARGE = LogConfig.DEFAULT.withMaxMessageBytes(4 << 20);
    private static final int[] ENTRY_BYTES = {200, 15_000, 16_500, 300_000, 1 << 20, 2_500_000};

    /** Of those that {@link #fill} appends, or up to 16 less; four go into an answer. */
    private static final int BATCH_BYTES = 250_000;

    @TempDir private Path directory;

    @Test
    void theSelfTestFindsThatBuffersCanBeInjected() {
        assertThat(ServingSelfTest.choosePath()).isEqualTo(ServingPath.INJECTED);
    }

    @ParameterizedTest
    @EnumSource(ServingPath.class)
    void theBytesOfTheLogArriveAsTheyAre(ServingPath path) throws Exception {
        try (FetchFixture fixture = new FetchFixture(directory, FetchFixture.LIMITS, path)) {
            FakePartitionLeader leader = fixture.lead("a", LARGE);
            assertThat(rawEntries(fixture, leader)).isEqualTo(logBytes(leader));
            if (path == ServingPath.COPIED) {
                assertThat(fixture.methods().injections()).isZero();
            } else {
                assertThat(fixture.methods().injections()).isGreaterThanOrEqualTo(3);
            }
        }
    }

    @Test
    void aCompressedCallDoesNotGetTheInjectedBuffer() throws Exception {
        try (FetchFixture fixture =
                new FetchFixture(
                        directory,
                        FetchFixture.LIMITS,
                        ServingPath.INJECTED,
                        new CompressingCalls())) {
            FakePartitionLeader leader = fixture.lead("a", LARGE);
            assertThat(rawEntries(fixture, leader)).isEqualTo(logBytes(leader));
            assertThat(fixture.methods().injections()).isZero();
        }
    }

    /** Tells gRPC to compress every answer. */
    private static final class CompressingCalls implements ServerInterceptor {
        @Override
        public <Q, R> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
            call.setCompression("gzip");
            call.setMessageCompression(true);
            return next.startCall(call, headers);
        }
    }

    /** Reads the whole log with a marshaller that keeps the bytes, and cuts off the headers. */
    private static byte[] rawEntries(FetchFixture fixture, FakePartitionLeader leader)
            throws Exception {
        for (int i = 0; i < ENTRY_BYTES.length; i++) {
            Batches.append(leader, Batches.ofEntryBytes(ENTRY_BYTES[i], i));
        }
        MethodDescriptor<FetchRequest, byte[]> raw =
                LogServiceGrpc.getFetchMethod().toBuilder(
                                LogServiceGrpc.getFetchMethod().getRequestMarshaller(),
                                new RawBytes())
                        .build();
        List<byte[]> answers = new ArrayList<>();
        CompletableFuture<Void> done = new CompletableFuture<>();
        StreamObserver<FetchRequest> requests =
                ClientCalls.asyncBidiStreamingCall(
                        fixture.channel()
                                .newCall(
                                        raw,
                                        CallOptions.DEFAULT.withMaxInboundMessageSize(8 << 20)),
                        new StreamObserver<>() {
                            @Override
                            public void onNext(byte[] answer) {
                                answers.add(answer);
                            }

                            @Override
                            public void onError(Throwable thrown) {
                                done.completeExceptionally(thrown);
                            }

                            @Override
                            public void onCompleted() {
                                done.complete(null);
                            }
                        });
        FetchOpen.Builder open = openAt("a", 0).setEndOffset(ENTRY_BYTES.length);
        requests.onNext(FetchRequest.newBuilder().setOpen(open).build());
        done.get(30, TimeUnit.SECONDS);
        return entriesOf(answers);
    }

    private static byte[] entriesOf(List<byte[]> answers) throws IOException {
        java.io.ByteArrayOutputStream entries = new java.io.ByteArrayOutputStream();
        for (byte[] answer : answers) {
            int bytes = (int) FetchResponse.parseFrom(answer).getCostBytes();
            entries.write(answer, answer.length - bytes, bytes);
        }
        return entries.toByteArray();
    }

    private static byte[] logBytes(FakePartitionLeader leader) throws IOException {
        try (LogSlice slice = (LogSlice) leader.read(0, Integer.MAX_VALUE)) {
            byte[] bytes = new byte[slice.bytes()];
            slice.copy().get(bytes);
            return bytes;
        }
    }

    private static final class RawBytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(ServingPath.class)
    void aReaderThatDoesNotReadHoldsLittle(ServingPath path) {
        try (FetchFixture fixture = new FetchFixture(directory, FetchFixture.LIMITS, path)) {
            fill(fixture.lead("a"), 40);
            FetchReader slow = fixture.reader(0);
            for (int slot = 1; slot <= 10; slot++) {
                slow.open(slot, openAt("a", 0));
            }
            // what stays held is an answer of four batches, and on one path the next one too
            FetchFixture.await(
                    "it fills up", () -> fixture.methods().heldBytes() >= 4 * (BATCH_BYTES - 16));
            // the threshold, a response from the tail and one from elsewhere
            assertThat(fixture.methods().heldBytes()).isLessThanOrEqualTo(4 << 20);
            FetchReader quick = fixture.read(openAt("a", 0).setEndOffset(40));
            assertThat(quick.batches(40)).isNotEmpty();
            assertThat(fixture.methods().heldBytes()).isLessThanOrEqualTo(4 << 20);
            slow.take(Integer.MAX_VALUE);
            slow.batches(400);
            FetchFixture.await("all is sent", () -> fixture.methods().heldBytes() == 0);
        }
    }

    @ParameterizedTest
    @EnumSource(ServingPath.class)
    void slowReadersTogetherStayWithinTheBudgetAndStarveNobody(ServingPath path) {
        long budgetBytes = 3 << 20;
        FetchLimits limits =
                new FetchLimits(
                        100,
                        1L << 30,
                        8 << 20,
                        1 << 20,
                        budgetBytes,
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(5));
        try (FetchFixture fixture = new FetchFixture(directory, limits, path)) {
            FakePartitionLeader leader = fixture.lead("a");
            fill(leader, 40);
            List<FetchReader> slow = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                FetchReader reader = fixture.reader(0);
                reader.open(0, openAt("a", 0));
                slow.add(reader);
            }
            FetchFixture.await(
                    "the budget is used up",
                    () -> fixture.methods().heldBytes() > budgetBytes - ByteBudget.FLOOR_BYTES);
            FetchReader quick = fixture.read(openAt("a", 0).setEndOffset(40));
            assertThat(quick.batches(40)).isNotEmpty();
            // a floor for each, and single batches are larger than that
            assertThat(fixture.methods().heldBytes())
                    .isLessThanOrEqualTo(budgetBytes + 9L * 260_000);
            for (FetchReader reader : slow) {
                reader.take(Integer.MAX_VALUE);
            }
            for (FetchReader reader : slow) {
                reader.batches(40);
            }
        }
    }

    @Test
    void nothingIsHeldForAReaderThatWentAway() {
        try (FetchFixture fixture = new FetchFixture(directory)) {
            fill(fixture.lead("a"), 20);
            FetchReader stored = fixture.reader(0);
            stored.open(0, openAt("a", 0));
            FetchReader decoded = fixture.reader(0);
            decoded.open(0, openAt("a", 0).setDelivery(Delivery.DELIVERY_RECORDS));
            FetchFixture.await("they fill up", () -> fixture.methods().heldBytes() >= 2 << 20);
            stored.cancel();
            decoded.cancel();
            FetchFixture.await("all is let go", () -> fixture.methods().heldBytes() == 0);
        }
    }

    private static void fill(FakePartitionLeader leader, int batches) {
        for (int i = 0; i < batches; i++) {
            Batches.append(leader, Batches.ofEntryBytes(BATCH_BYTES, i));
        }
    }
}
