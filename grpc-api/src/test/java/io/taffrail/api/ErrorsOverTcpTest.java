// SPDX-License-Identifier: Apache-2.0
package io.taffrail.api;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.taffrail.api.v1.AppendRequest;
import io.taffrail.api.v1.AppendResponse;
import io.taffrail.api.v1.LogServiceGrpc;
import io.taffrail.model.LogError;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Errors as they arrive at a client: through HTTP/2 trailers, with stock limits on both sides. */
class ErrorsOverTcpTest {
    private static Server server;
    private static ManagedChannel channel;

    @BeforeAll
    static void start() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        server =
                NettyServerBuilder.forAddress(new InetSocketAddress(loopback, 0))
                        .addService(new FailingLog())
                        .build()
                        .start();
        channel =
                NettyChannelBuilder.forAddress(new InetSocketAddress(loopback, server.getPort()))
                        .usePlaintext()
                        .build();
    }

    @AfterAll
    static void stop() throws InterruptedException {
        channel.shutdownNow().awaitTermination(5, SECONDS);
        server.shutdownNow().awaitTermination(5, SECONDS);
    }

    @ParameterizedTest
    @EnumSource
    void arriveWhole(LogError error) {
        assertThat(StatusTranslator.fromException(callFailingWith(error, "host:9650")))
                .contains(FailureSamples.full(error, "host:9650"));
    }

    @ParameterizedTest
    @EnumSource
    void arriveWithLongTexts(LogError error) {
        assertThat(StatusTranslator.fromException(callFailingWith(error, "€".repeat(3_400))))
                .map(LogFailure::error)
                .contains(error);
    }

    private static StatusRuntimeException callFailingWith(LogError error, String text) {
        AppendRequest request =
                AppendRequest.newBuilder()
                        .setTopic(error.name())
                        .addRecords(
                                io.taffrail.api.v1.NewRecord.newBuilder()
                                        .setValue(
                                                com.google.protobuf.ByteString.copyFromUtf8(text)))
                        .build();
        return catchThrowableOfType(
                StatusRuntimeException.class,
                () ->
                        LogServiceGrpc.newBlockingStub(channel)
                                .withDeadlineAfter(10, SECONDS)
                                .append(request));
    }

    /** Fails with the error that the topic is named after. */
    private static final class FailingLog extends LogServiceGrpc.LogServiceImplBase {
        @Override
        public void append(AppendRequest request, StreamObserver<AppendResponse> responses) {
            LogError error = LogError.valueOf(request.getTopic());
            String text = request.getRecords(0).getValue().toStringUtf8();
            responses.onError(StatusTranslator.toException(FailureSamples.full(error, text)));
        }
    }
}
