// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import static io.grpc.health.v1.HealthCheckResponse.ServingStatus.NOT_SERVING;
import static io.grpc.health.v1.HealthCheckResponse.ServingStatus.SERVING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.BindableService;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.channelz.v1.ChannelzGrpc;
import io.grpc.channelz.v1.GetServersRequest;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.netty.buffer.PooledByteBufAllocator;
import io.taffrail.api.internal.v1.MetadataServiceGrpc;
import io.taffrail.api.internal.v1.WatchMetadataRequest;
import io.taffrail.api.internal.v1.WatchMetadataResponse;
import io.taffrail.api.v1.AdminServiceGrpc;
import io.taffrail.api.v1.CreateTopicRequest;
import io.taffrail.api.v1.DescribeClusterRequest;
import io.taffrail.api.v1.DescribeClusterResponse;
import io.taffrail.api.v1.LogServiceGrpc;
import io.taffrail.api.v1.WatchClusterRequest;
import io.taffrail.api.v1.WatchClusterResponse;
import io.taffrail.api.v1.WatchTopicsRequest;
import io.taffrail.api.v1.WatchTopicsResponse;
import io.taffrail.model.HostPort;
import io.taffrail.model.LogError;
import io.taffrail.model.cluster.MetadataImage;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class ApiServerTest {
    private static final MetadataImage IMAGE =
            SampleCluster.withTopic(SampleCluster.withBrokers(1), "orders", 1, 1);
    private static final WatchTopicsRequest ORDERS =
            WatchTopicsRequest.newBuilder().addTopics("orders").build();

    /** Says nothing, and never ends its streams. */
    private static final class SilentFeed extends MetadataServiceGrpc.MetadataServiceImplBase {
        @Override
        public void watchMetadata(
                WatchMetadataRequest request, StreamObserver<WatchMetadataResponse> observer) {
            observer.onNext(WatchMetadataResponse.getDefaultInstance());
        }
    }

    private static ApiLimits limits(int connections, Duration age, Duration grace) {
        return new ApiLimits(connections, 100, 1 << 16, age, grace);
    }

    private static RecordingObserver<WatchTopicsResponse> watch(ManagedChannel channel) {
        RecordingObserver<WatchTopicsResponse> watch = new RecordingObserver<>();
        LogServiceGrpc.newStub(channel).watchTopics(ORDERS, watch);
        return watch;
    }

    @Test
    void saysThatItServesOnceToldSoOverallAndForEachService() throws Exception {
        try (ApiFixture api = new ApiFixture(IMAGE)) {
            RecordingObserver<HealthCheckResponse> watch = new RecordingObserver<>();
            HealthGrpc.newStub(api.channel()).watch(HealthCheckRequest.getDefaultInstance(), watch);
            assertThat(watch.next().getStatus()).isEqualTo(NOT_SERVING);

            api.server.setServing(true);

            assertThat(watch.next().getStatus()).isEqualTo(SERVING);
            for (String service :
                    List.of("", "taffrail.v1.LogService", "taffrail.v1.AdminService")) {
                HealthCheckRequest request =
                        HealthCheckRequest.newBuilder().setService(service).build();
                assertThat(HealthGrpc.newBlockingStub(api.channel()).check(request).getStatus())
                        .isEqualTo(SERVING);
            }
            api.server.setServing(false);
            assertThat(watch.next().getStatus()).isEqualTo(NOT_SERVING);
        }
    }

    @Test
    void reflectionListsAllServicesAndGivesTheirFiles() throws Exception {
        try (ApiFixture api =
                new ApiFixture(IMAGE, ApiLimits.DEFAULTS, List.of(new SilentFeed()))) {
            RecordingObserver<ServerReflectionResponse> answers = new RecordingObserver<>();
            StreamObserver<ServerReflectionRequest> asking =
                    ServerReflectionGrpc.newStub(api.channel()).serverReflectionInfo(answers);
            asking.onNext(ServerReflectionRequest.newBuilder().setListServices("*").build());
            assertThat(answers.next().getListServicesResponse().getServiceList())
                    .extracting(ServiceResponse::getName)
                    .contains(
                            "taffrail.v1.LogService",
                            "taffrail.v1.AdminService",
                            "taffrail.internal.v1.MetadataService",
                            "grpc.health.v1.Health",
                            "grpc.channelz.v1.Channelz",
                            "grpc.reflection.v1.ServerReflection",
                            "grpc.reflection.v1alpha.ServerReflection");
            for (String symbol :
                    List.of("taffrail.v1.LogService", "taffrail.v1.AdminService.CreateTopic")) {
                asking.onNext(
                        ServerReflectionRequest.newBuilder()
                                .setFileContainingSymbol(symbol)
                                .build());
                assertThat(answers.next().getFileDescriptorResponse().getFileDescriptorProtoCount())
                        .as(symbol)
                        .isPositive();
            }
        }
    }

    @Test
    void channelzShowsTheServerAndItsCalls() throws Exception {
        try (ApiFixture api = new ApiFixture(IMAGE)) {
            var servers =
                    ChannelzGrpc.newBlockingStub(api.channel())
                            .getServers(GetServersRequest.getDefaultInstance());

            assertThat(servers.getServerList())
                    .anyMatch(server -> server.getData().getCallsStarted() > 0);
        }
    }

    @Test
    void aTakenPortIsNamedWithWhatToDo() throws Exception {
        try (ApiFixture api = new ApiFixture(IMAGE)) {
            assertThatThrownBy(() -> listen(api.server.address()))
                    .isInstanceOf(ApiListenException.class)
                    .hasMessageStartingWith("api.listen " + api.server.address())
                    .hasMessageContaining("taken by another process");
        }
    }

    @Test
    void anAddressOfAnotherMachineIsRefusedWithAReason() {
        assertThatThrownBy(() -> listen(new HostPort("192.0.2.1", 0)))
                .isInstanceOf(ApiListenException.class)
                .hasMessageContaining("api.listen 192.0.2.1:0 cannot be used")
                .hasMessageContaining("must be an address of this machine");
        assertThatThrownBy(() -> listen(new HostPort("no-such-host.invalid", 0)))
                .isInstanceOf(ApiListenException.class)
                .hasMessageContaining("no-such-host.invalid");
    }

    private static void listen(HostPort address) throws ApiListenException {
        ApiServer.start(
                        address,
                        ApiLimits.DEFAULTS,
                        new ApiServices(List.of(), List.of()),
                        CallObserver.NONE,
                        PooledByteBufAllocator.DEFAULT)
                .close();
    }

    @Test
    void streamsOfAnOldConnectionEndAndTheNextOneGetsANewConnection() throws Exception {
        ApiLimits limits = limits(10, Duration.ofSeconds(1), Duration.ofSeconds(60));
        try (ApiFixture api = new ApiFixture(IMAGE, limits, List.of(new SilentFeed()))) {
            RecordingObserver<WatchMetadataResponse> internal = new RecordingObserver<>();
            MetadataServiceGrpc.newStub(api.channel())
                    .watchMetadata(WatchMetadataRequest.getDefaultInstance(), internal);
            internal.next();
            for (int round = 0; round < 2; round++) {
                RecordingObserver<WatchTopicsResponse> stream = watch(api.channel());
                assertThat(stream.next().getTopicsCount()).isEqualTo(1);
                assertThat(stream.failure().error()).isEqualTo(LogError.RECONNECT);
            }
            assertThat(internal.ended()).as("a session of the cluster's own").isFalse();
        }
    }

    @Test
    void aStopEndsAllStreamsAndWaitsForNone() throws Exception {
        ApiLimits limits = limits(10, Duration.ofHours(1), Duration.ofHours(1));
        try (ApiFixture api = new ApiFixture(IMAGE, limits, List.of(new SilentFeed()))) {
            int before = api.view.listeners();
            RecordingObserver<WatchTopicsResponse> topics = watch(api.channel());
            RecordingObserver<WatchClusterResponse> cluster = new RecordingObserver<>();
            AdminServiceGrpc.newStub(api.channel())
                    .watchCluster(WatchClusterRequest.getDefaultInstance(), cluster);
            RecordingObserver<HealthCheckResponse> health = new RecordingObserver<>();
            HealthGrpc.newStub(api.channel())
                    .watch(HealthCheckRequest.getDefaultInstance(), health);
            RecordingObserver<WatchMetadataResponse> internal = new RecordingObserver<>();
            MetadataServiceGrpc.newStub(api.channel())
                    .watchMetadata(WatchMetadataRequest.getDefaultInstance(), internal);
            topics.next();
            cluster.next();
            health.next();
            internal.next();

            api.server.close();

            assertThat(topics.failure().error()).isEqualTo(LogError.SHUTTING_DOWN);
            assertThat(cluster.failure().error()).isEqualTo(LogError.SHUTTING_DOWN);
            assertThat(health.failure().error()).isEqualTo(LogError.SHUTTING_DOWN);
            assertThat(internal.failure().error()).isEqualTo(LogError.SHUTTING_DOWN);
            assertThat(api.view.listeners()).isEqualTo(before);
        }
    }

    @Test
    void aCallThatDoesNotEndIsCutOffAfterTheGrace() throws Exception {
        ApiLimits limits = limits(10, Duration.ofHours(1), Duration.ofMillis(100));
        try (ApiFixture api = new ApiFixture(IMAGE, limits, List.of())) {
            var answer =
                    AdminServiceGrpc.newFutureStub(api.channel())
                            .describeQuorum(
                                    io.taffrail.api.v1.DescribeQuorumRequest.getDefaultInstance());
            Eventually.until("connected", () -> api.server.openConnections() > 0);

            api.server.close();

            assertThatThrownBy(() -> answer.get(60, TimeUnit.SECONDS)).isNotNull();
        }
    }

    @Test
    void connectionsAboveTheLimitAreClosedAndRoomIsReused() throws Exception {
        ApiLimits limits = limits(1, Duration.ofHours(1), Duration.ofSeconds(1));
        try (ApiFixture api = new ApiFixture(IMAGE, limits, List.of())) {
            RecordingObserver<WatchTopicsResponse> first = watch(api.channel());
            first.next();
            assertThat(api.server.openConnections()).isEqualTo(1);

            RecordingObserver<WatchTopicsResponse> second = watch(api.newChannel());
            assertThat(Status.fromThrowable(second.error()).getCode())
                    .isEqualTo(Status.Code.UNAVAILABLE);

            api.channel().shutdownNow();
            Eventually.until("room again", () -> api.server.openConnections() == 0);
            RecordingObserver<WatchTopicsResponse> third = watch(api.newChannel());
            assertThat(third.next().getTopicsCount()).isEqualTo(1);
        }
    }

    @Test
    void aBugBecomesInternalWithANumberAndTheServerGoesOn() throws Exception {
        BindableService broken =
                new MetadataServiceGrpc.MetadataServiceImplBase() {
                    @Override
                    public void watchMetadata(
                            WatchMetadataRequest request,
                            StreamObserver<WatchMetadataResponse> observer) {
                        throw new IllegalStateException("a bug, made for this test");
                    }
                };
        try (ApiFixture api = new ApiFixture(IMAGE, ApiLimits.DEFAULTS, List.of(broken))) {
            RecordingObserver<WatchMetadataResponse> answers = new RecordingObserver<>();
            MetadataServiceGrpc.newStub(api.channel())
                    .watchMetadata(WatchMetadataRequest.getDefaultInstance(), answers);
            Status status = Status.fromThrowable(answers.error());
            assertThat(status.getCode()).isEqualTo(Status.Code.INTERNAL);
            assertThat(status.getDescription())
                    .matches("internal error [0-9a-f]+; .*")
                    .doesNotContain("made for this test");

            api.controller.willFail(new IllegalStateException("another, later"));
            StatusRuntimeException later =
                    Failures.status(
                            () ->
                                    AdminServiceGrpc.newBlockingStub(api.channel())
                                            .createTopic(
                                                    CreateTopicRequest.newBuilder()
                                                            .setTopic("a")
                                                            .build()));
            assertThat(later.getStatus().getCode()).isEqualTo(Status.Code.INTERNAL);
            assertThat(watch(api.channel()).next().getTopicsCount()).isEqualTo(1);
        }
    }

    @Test
    void bytesThatAreNoRequestAreTheClientsFault() throws Exception {
        MethodDescriptor<byte[], DescribeClusterResponse> raw =
                AdminServiceGrpc.getDescribeClusterMethod().toBuilder(
                                new RawBytes(),
                                AdminServiceGrpc.getDescribeClusterMethod().getResponseMarshaller())
                        .build();
        try (ApiFixture api = new ApiFixture(IMAGE)) {
            StatusRuntimeException refused =
                    Failures.status(
                            () ->
                                    ClientCalls.blockingUnaryCall(
                                            api.channel(),
                                            raw,
                                            CallOptions.DEFAULT,
                                            new byte[] {(byte) 0xFF, 1, 2}));
            assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        }
    }

    private static final class RawBytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            throw new UnsupportedOperationException("requests only");
        }
    }

    @Test
    void aRequestAboveTheLimitIsAnsweredAndNotBuffered() throws Exception {
        ApiLimits limits = limits(10, Duration.ofHours(1), Duration.ofSeconds(1));
        try (ApiFixture api = new ApiFixture(IMAGE, limits, List.of())) {
            CreateTopicRequest large =
                    CreateTopicRequest.newBuilder().setTopic("x".repeat(1 << 17)).build();
            StatusRuntimeException refused =
                    Failures.status(
                            () ->
                                    AdminServiceGrpc.newBlockingStub(api.channel())
                                            .createTopic(large));
            assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        }
    }

    @Test
    void everyCallIsCountedOnceWithItsCode() throws Exception {
        try (ApiFixture api = new ApiFixture(IMAGE)) {
            var admin = AdminServiceGrpc.newBlockingStub(api.channel());
            admin.describeCluster(DescribeClusterRequest.getDefaultInstance());
            Failures.status(
                    () -> admin.createTopic(CreateTopicRequest.newBuilder().setTopic("/").build()));

            assertThat(api.endedCalls)
                    .containsExactly(
                            "taffrail.v1.AdminService/DescribeCluster OK",
                            "taffrail.v1.AdminService/CreateTopic INVALID_ARGUMENT");
        }
    }
}
