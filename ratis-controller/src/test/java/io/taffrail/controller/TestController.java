// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.taffrail.api.DirectoryIdTranslator;
import io.taffrail.api.internal.v1.AdministerRequest;
import io.taffrail.api.internal.v1.AdministerResponse;
import io.taffrail.api.internal.v1.ControllerServiceGrpc;
import io.taffrail.api.internal.v1.DirectoryRegistration;
import io.taffrail.api.internal.v1.Heartbeat;
import io.taffrail.api.internal.v1.RegisterBroker;
import io.taffrail.api.internal.v1.SessionRequest;
import io.taffrail.api.internal.v1.SessionResponse;
import io.taffrail.api.v1.CreateTopicRequest;
import io.taffrail.api.v1.MetadataVersion;
import io.taffrail.model.cluster.DirectoryId;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A controller behind a real gRPC server, and brokers that are only sessions. */
final class TestController implements AutoCloseable {
    static final long DEADLINE_SECONDS = 60;

    final ControllerNode node;
    final CompletableFuture<String> death = new CompletableFuture<>();
    final ManagedChannel channel;
    private final Server server;

    TestController(Path folder) throws Exception {
        node =
                ControllerNode.start(
                        TestSettings.alone(folder), TestSettings.environment(death::complete));
        NettyServerBuilder builder =
                NettyServerBuilder.forAddress(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        node.services().forEach(builder::addService);
        server = builder.build().start();
        channel =
                NettyChannelBuilder.forAddress("127.0.0.1", server.getPort())
                        .usePlaintext()
                        .build();
        await(node::active, "the controller is active");
    }

    static void await(BooleanSupplier condition, String what) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - deadline).as(what).isNegative();
            Thread.sleep(10);
        }
    }

    ControllerServiceGrpc.ControllerServiceBlockingStub blocking() {
        return ControllerServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    AdministerResponse createTopic(String name, int partitions) {
        return blocking()
                .administer(
                        AdministerRequest.newBuilder()
                                .setCreateTopic(
                                        CreateTopicRequest.newBuilder()
                                                .setTopic(name)
                                                .setPartitionCount(partitions))
                                .build());
    }

    Session open(RegisterBroker registration) {
        return new Session(registration);
    }

    /** A broker whose API port was never open. */
    static RegisterBroker registration(int brokerId) {
        return RegisterBroker.newBuilder()
                .setBrokerId(brokerId)
                .setIncarnationId(DirectoryIdTranslator.toProto(UUID.randomUUID()))
                .setMinFeatureLevel(1)
                .setMaxFeatureLevel(1)
                .addDirectories(
                        DirectoryRegistration.newBuilder()
                                .setDirectoryId(
                                        DirectoryIdTranslator.toProto(
                                                new DirectoryId(new UUID(5, brokerId)))))
                .build();
    }

    /** Registers a broker and has it unfenced. */
    Session join(int brokerId, long storedEpoch) throws InterruptedException {
        RegisterBroker.Builder registration = registration(brokerId).toBuilder();
        registration.getDirectoriesBuilder(0).setStoredBrokerEpoch(storedEpoch);
        Session session = open(registration.build());
        session.answer();
        session.beat(session.ready());
        assertThat(session.beat(session.ready()).getFenced()).isFalse();
        return session;
    }

    /** One session stream. */
    final class Session implements StreamObserver<SessionResponse> {
        final CompletableFuture<Throwable> end = new CompletableFuture<>();
        private final BlockingQueue<SessionResponse> answers = new LinkedBlockingQueue<>();
        private final StreamObserver<SessionRequest> requests;
        private volatile SessionResponse last = SessionResponse.getDefaultInstance();

        private Session(RegisterBroker registration) {
            requests = ControllerServiceGrpc.newStub(channel).session(this);
            requests.onNext(SessionRequest.newBuilder().setRegister(registration).build());
        }

        SessionResponse answer() throws InterruptedException {
            last = answers.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
            assertThat(last).as("an answer; the stream ended with %s", end).isNotNull();
            return last;
        }

        SessionResponse beat(Heartbeat heartbeat) throws InterruptedException {
            requests.onNext(SessionRequest.newBuilder().setHeartbeat(heartbeat).build());
            return answer();
        }

        /** Recovered, and up to date with the last answer. */
        Heartbeat ready() {
            return Heartbeat.newBuilder()
                    .setRecovered(true)
                    .setApplied(
                            MetadataVersion.newBuilder()
                                    .setTerm(last.getTerm())
                                    .setIndex(last.getCommitIndex()))
                    .build();
        }

        long brokerEpoch() {
            return last.getBrokerEpoch();
        }

        void leave() {
            requests.onCompleted();
        }

        @Override
        public void onNext(SessionResponse response) {
            answers.add(response);
        }

        @Override
        public void onError(Throwable thrown) {
            end.complete(thrown);
        }

        @Override
        public void onCompleted() {
            end.complete(null);
        }
    }

    @Override
    public void close() {
        channel.shutdownNow();
        node.close();
        server.shutdownNow();
        try {
            channel.awaitTermination(DEADLINE_SECONDS, TimeUnit.SECONDS);
            server.awaitTermination(DEADLINE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        assertThat(death).as("closing is no death").isNotDone();
    }
}
