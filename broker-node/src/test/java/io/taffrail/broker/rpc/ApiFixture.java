// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.buffer.PooledByteBufAllocator;
import io.taffrail.api.v1.LogServiceGrpc;
import io.taffrail.broker.forward.Forwarding;
import io.taffrail.broker.peer.NettyChannelFactory;
import io.taffrail.broker.peer.PeerChannels;
import io.taffrail.model.Clock;
import io.taffrail.model.HostPort;
import io.taffrail.model.cluster.MetadataImage;
import io.taffrail.model.config.TopicDefaults;
import io.taffrail.model.config.TopicSetting;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** Node 1's server over fakes on a free port, and a channel to it. */
final class ApiFixture implements AutoCloseable {
    static final int NODE_ID = 1;
    static final HostPort LOOPBACK = new HostPort("127.0.0.1", 0);

    final FakeClusterView view;
    final FakeController controller = new FakeController();
    final FakePartitions partitions = new FakePartitions();
    final ConcurrentLinkedQueue<String> endedCalls = new ConcurrentLinkedQueue<>();
    final ApiServer server;
    private final ScheduledExecutorService executor = Executors.newScheduledThreadPool(2);
    private final PeerChannels peers = new PeerChannels(new NettyChannelFactory());
    private final List<ManagedChannel> channels = new ArrayList<>();
    private final ManagedChannel channel;

    ApiFixture(MetadataImage image) throws IOException {
        this(image, ApiLimits.DEFAULTS, List.of());
    }

    ApiFixture(MetadataImage image, ApiLimits limits, List<BindableService> internal)
            throws IOException {
        this.view = new FakeClusterView(image);
        ProgressMethod progress = new ProgressMethod(view, partitions, executor);
        AdminMethods admin =
                new AdminMethods(
                        view,
                        controller,
                        partitions,
                        new Forwarding(peers, view, executor, executor, Clock.SYSTEM),
                        new ProgressReports(NODE_ID, view, progress, peers),
                        ApiFixture::directories,
                        facts(),
                        executor);
        this.server =
                ApiServer.start(
                        LOOPBACK,
                        limits,
                        new ApiServices(
                                List.of(logService(), admin.service(), progress.service()),
                                internal),
                        (method, code) -> endedCalls.add(method + " " + code),
                        PooledByteBufAllocator.DEFAULT);
        this.channel = newChannel();
    }

    private static NodeFacts facts() {
        return new NodeFacts(
                NODE_ID,
                () -> List.of(1, 3),
                new TopicDefaults(Map.of(TopicSetting.RETENTION_MS, "1000")),
                16 << 20);
    }

    private static List<DirectoryReport.Directory> directories() {
        return List.of(
                new DirectoryReport.Directory(
                        SampleCluster.directoryId(NODE_ID),
                        Path.of("data"),
                        DirectoryReport.Use.READ_ONLY,
                        1_000,
                        300,
                        400,
                        500));
    }

    /** With no method but WatchTopics. */
    private ServerServiceDefinition logService() {
        ServerMethodDefinition<?, ?> watchTopics =
                new WatchTopicsMethod(view, executor).definition();
        List<ServerMethodDefinition<?, ?>> methods = new ArrayList<>(List.of(watchTopics));
        for (MethodDescriptor<?, ?> method : LogServiceGrpc.getServiceDescriptor().getMethods()) {
            if (!method.getFullMethodName()
                    .equals(watchTopics.getMethodDescriptor().getFullMethodName())) {
                methods.add(MethodDefinitions.unimplemented(method));
            }
        }
        return LogServiceDefinition.of(methods);
    }

    ManagedChannel channel() {
        return channel;
    }

    ManagedChannel newChannel() {
        return keep(channelBuilder().build());
    }

    /** To a client that does not read, little is sent. */
    ManagedChannel newChannelWithWindow(int bytes) {
        return keep(channelBuilder().flowControlWindow(bytes).build());
    }

    private NettyChannelBuilder channelBuilder() {
        HostPort address = server.address();
        return NettyChannelBuilder.forAddress(address.host(), address.port()).usePlaintext();
    }

    private ManagedChannel keep(ManagedChannel opened) {
        channels.add(opened);
        return opened;
    }

    @Override
    public void close() {
        channels.forEach(ManagedChannel::shutdownNow);
        peers.close();
        server.close();
        executor.shutdownNow();
    }
}
