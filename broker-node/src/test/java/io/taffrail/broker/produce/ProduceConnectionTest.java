// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.produce;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.taffrail.api.v1.LogServiceGrpc;
import io.taffrail.api.v1.ProduceResponse;
import io.taffrail.broker.replication.PartitionLookup;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a stream takes in, and what a client can do to it from below. */
class ProduceConnectionTest {
    private static final int MAX_WAITING_BYTES = 200_000;

    @TempDir Path directory;
    private ProduceFixture fixture;

    @BeforeEach
    void start() {
        fixture =
                new ProduceFixture(
                        directory,
                        ProduceLimits.DEFAULT
                                .withMaxWaitingBytes(MAX_WAITING_BYTES)
                                .withMaxInFlight(1000));
    }

    @AfterEach
    void stop() throws Exception {
        fixture.close();
    }

    @Test
    void takesNoMoreThanItsLimitWhileRequestsWait() throws Exception {
        CompletableFuture<PartitionLookup> lookup = fixture.partitions.putPending("orders", 0);
        ProduceClient client = fixture.produce().open(0, 0);
        String value = "x".repeat(10_000);
        for (int i = 0; i < 500; i++) {
            client.records(0, value);
        }
        Waiting.until(() -> fixture.observer.bytes.get() >= MAX_WAITING_BYTES);
        client.saysNothing();
        assertThat(fixture.observer.bytes.get()).isLessThan(MAX_WAITING_BYTES + 11_000);
        assertThat(client.isReady()).isFalse();

        lookup.complete(new PartitionLookup.Here(fixture.lead(0)));
        client.opened(0);
        for (int i = 0; i < 500; i++) {
            assertThat(client.ack().getBaseOffset()).isEqualTo(i);
        }
    }

    @Test
    void bytesThatAreNoMessageAreTheClientsFault() {
        fixture.lead(0);
        CompletableFuture<Status> ended = new CompletableFuture<>();
        MethodDescriptor<byte[], ProduceResponse> raw =
                LogServiceGrpc.getProduceMethod().toBuilder(
                                new RawBytes(),
                                LogServiceGrpc.getProduceMethod().getResponseMarshaller())
                        .build();
        ClientCall<byte[], ProduceResponse> call =
                fixture.channel.newCall(raw, CallOptions.DEFAULT);
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        ended.complete(status);
                    }
                },
                new Metadata());
        call.request(1);
        call.sendMessage(new byte[] {(byte) 0xFF, (byte) 0xFF, 7});

        Status status = ended.orTimeout(30, TimeUnit.SECONDS).join();
        assertThat(status.getCode()).isEqualTo(Code.INVALID_ARGUMENT);
        assertThat(status.getDescription()).contains("not a message");
    }

    private static final class RawBytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] bytes) {
            return new ByteArrayInputStream(bytes);
        }

        @Override
        public byte[] parse(InputStream stream) {
            throw new UnsupportedOperationException("only sends");
        }
    }
}
