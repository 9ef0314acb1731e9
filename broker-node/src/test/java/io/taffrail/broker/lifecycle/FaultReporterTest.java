// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.taffrail.api.ReplicaTranslator;
import io.taffrail.api.internal.v1.ControllerServiceGrpc;
import io.taffrail.api.internal.v1.ReportReplicaRequest;
import io.taffrail.api.internal.v1.ReportReplicaResponse;
import io.taffrail.broker.metadata.ControllerChannels;
import io.taffrail.broker.peer.NettyChannelFactory;
import io.taffrail.broker.replication.ReplicaFaults;
import io.taffrail.model.Clock;
import io.taffrail.model.HostPort;
import io.taffrail.model.TopicId;
import io.taffrail.model.TopicPartition;
import io.taffrail.model.cluster.ReplicaFault;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FaultReporterTest {
    private final BlockingQueue<Call> calls = new LinkedBlockingQueue<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private Server controller;
    private ControllerChannels channels;
    private FaultReporter reporter;

    /** A report that arrived, and is not answered yet. */
    private record Call(
            ReportReplicaRequest request, StreamObserver<ReportReplicaResponse> answer) {
        ReplicaFault fault() {
            return ReplicaTranslator.toModel(request.getFault());
        }

        void succeed() {
            answer.onNext(ReportReplicaResponse.getDefaultInstance());
            answer.onCompleted();
        }
    }

    private final class Controller extends ControllerServiceGrpc.ControllerServiceImplBase {
        @Override
        public void reportReplica(
                ReportReplicaRequest request, StreamObserver<ReportReplicaResponse> answer) {
            calls.add(new Call(request, answer));
        }
    }

    @BeforeEach
    void start() throws IOException {
        controller =
                NettyServerBuilder.forAddress(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .addService(new Controller())
                        .build()
                        .start();
        channels =
                new ControllerChannels(
                        Map.of(1, new HostPort("127.0.0.1", controller.getPort())),
                        new NettyChannelFactory());
        reporter = new FaultReporter(1, channels, timer, Clock.SYSTEM);
    }

    @AfterEach
    void stop() {
        timer.shutdownNow();
        channels.close();
        controller.shutdownNow();
    }

    private void report(ReplicaFault fault) {
        reporter.reported(
                new ReplicaFaults.Report(
                        new TopicPartition("orders", new TopicId(1, 2), 0),
                        3,
                        fault,
                        OptionalInt.of(3),
                        7));
    }

    private Call next() throws InterruptedException {
        Call call = calls.poll(30, TimeUnit.SECONDS);
        assertThat(call).isNotNull();
        return call;
    }

    @Test
    void aReportIsMadeUntilAControllerHasIt() throws InterruptedException {
        report(ReplicaFault.CORRUPT);
        next().answer().onError(Status.UNAVAILABLE.asRuntimeException());
        assertThat(reporter.allReported()).isFalse();
        Call again = next();
        assertThat(again.fault()).isEqualTo(ReplicaFault.CORRUPT);
        again.succeed();
        awaitAllReported();
    }

    /** P19: else what was taken back would be recorded again. */
    @Test
    void aReportIsNotMadeAgainOnceANewerOneIsThere() throws InterruptedException {
        report(ReplicaFault.CORRUPT);
        Call older = next();
        report(ReplicaFault.NONE);
        Call newer = next();
        assertThat(newer.fault()).isEqualTo(ReplicaFault.NONE);
        newer.succeed();
        older.answer().onError(Status.UNAVAILABLE.asRuntimeException());
        awaitAllReported();
    }

    private void awaitAllReported() throws InterruptedException {
        while (!reporter.allReported()) {
            assertThat(calls.poll(10, TimeUnit.MILLISECONDS)).as("one more report").isNull();
        }
    }
}
