// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.ChannelOption;
import io.taffrail.api.v1.FetchOpen;
import io.taffrail.api.v1.LogServiceGrpc;
import io.taffrail.broker.connection.ConnectionLifetimes;
import io.taffrail.broker.fetch.serve.ServingPath;
import io.taffrail.broker.forward.Forwarding;
import io.taffrail.broker.peer.NettyChannelFactory;
import io.taffrail.broker.peer.PeerChannels;
import io.taffrail.broker.replication.PartitionLookup;
import io.taffrail.broker.testing.FakeClusterView;
import io.taffrail.broker.testing.FakePartitionLeader;
import io.taffrail.broker.testing.FakePartitions;
import io.taffrail.broker.testing.TestImages;
import io.taffrail.logstore.LogConfig;
import io.taffrail.model.Clock;
import io.taffrail.model.HostPort;
import io.taffrail.model.TopicId;
import io.taffrail.model.TopicPartition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A server on loopback with the methods that read, partitions to read, and clients. */
final class FetchFixture implements AutoCloseable {
    static final FetchLimits LIMITS =
            new FetchLimits(
                    100,
                    1L << 30,
                    8 << 20,
                    1 << 20,
                    64L << 20,
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(5));

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int BROKER_ID = 3;

    private final Path directory;
    private final ExecutorService readers = Executors.newFixedThreadPool(2);
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final ConnectionLifetimes lifetimes =
            new ConnectionLifetimes(Duration.ofHours(1), timer, new Random());
    private final FakePartitions partitions = new FakePartitions();
    private final FakeClusterView cluster = new FakeClusterView();
    private final List<FakePartitionLeader> leaders = new ArrayList<>();
    private final PeerChannels peers = new PeerChannels(new NettyChannelFactory());
    private final List<FetchReader> fetchReaders = new ArrayList<>();
    private final FetchMethods methods;
    private final Server server;
    private final ManagedChannel channel;

    FetchFixture(Path directory) {
        this(directory, LIMITS, ServingPath.INJECTED);
    }

    FetchFixture(
            Path directory,
            FetchLimits limits,
            ServingPath path,
            ServerInterceptor... interceptors) {
        this.directory = directory;
        cluster.apply(TestImages.broker(BROKER_ID, "broker-three"));
        methods =
                new FetchMethods(
                        new FetchEnvironment(
                                BROKER_ID,
                                partitions,
                                new Forwarding(peers, cluster, timer, readers, Clock.SYSTEM),
                                cluster,
                                readers,
                                timer,
                                Clock.SYSTEM),
                        limits,
                        FetchObserver.NONE,
                        path);
        try {
            server =
                    NettyServerBuilder.forAddress(
                                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                            .directExecutor()
                            .withChildOption(ChannelOption.ALLOCATOR, methods.childAllocator())
                            .addTransportFilter(lifetimes)
                            .addService(
                                    ServerInterceptors.intercept(
                                            service(methods.definitions()), interceptors))
                            .build()
                            .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        channel =
                NettyChannelBuilder.forAddress("127.0.0.1", server.getPort())
                        .usePlaintext()
                        .directExecutor()
                        .build();
    }

    private static ServerServiceDefinition service(List<ServerMethodDefinition<?, ?>> definitions) {
        ServiceDescriptor.Builder descriptor =
                ServiceDescriptor.newBuilder(LogServiceGrpc.SERVICE_NAME);
        definitions.forEach(definition -> descriptor.addMethod(definition.getMethodDescriptor()));
        ServerServiceDefinition.Builder service =
                ServerServiceDefinition.builder(descriptor.build());
        definitions.forEach(service::addMethod);
        return service.build();
    }

    /** Leads partition 0 of a new topic. */
    FakePartitionLeader lead(String topic) {
        return lead(topic, LogConfig.DEFAULT);
    }

    FakePartitionLeader lead(String topic, LogConfig config) {
        FakePartitionLeader leader = open(topic, config, 1);
        partitions.put(leader);
        return leader;
    }

    /** A leader of partition 0 of a new topic, that nobody finds. */
    FakePartitionLeader open(String topic, LogConfig config, int leaderEpoch) {
        FakePartitionLeader leader =
                FakePartitionLeader.open(
                        directory,
                        new TopicPartition(topic, TopicId.random(), 0),
                        config,
                        leaderEpoch);
        leaders.add(leader);
        return leader;
    }

    /** What another broker's metadata says of a partition that this one leads. */
    PartitionLookup.Elsewhere asSeenElsewhere(FakePartitionLeader leader) {
        return new PartitionLookup.Elsewhere(
                leader.partition(),
                BROKER_ID,
                new HostPort("127.0.0.1", server.getPort()),
                leader.leaderEpoch());
    }

    FakePartitions partitions() {
        return partitions;
    }

    FakeClusterView cluster() {
        return cluster;
    }

    FetchMethods methods() {
        return methods;
    }

    ManagedChannel channel() {
        return channel;
    }

    /** A stream that takes whatever comes. */
    FetchReader reader() {
        return reader(Integer.MAX_VALUE);
    }

    /** A stream that takes so many answers, and more when it is told to. */
    FetchReader reader(int answers) {
        FetchReader reader = new FetchReader(channel, answers);
        fetchReaders.add(reader);
        return reader;
    }

    /** A stream with slot 0 open. */
    FetchReader read(FetchOpen.Builder open) {
        FetchReader reader = reader();
        reader.open(0, open);
        return reader;
    }

    LogServiceGrpc.LogServiceBlockingStub blocking() {
        return LogServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    static FetchOpen.Builder openAt(String topic, long offset) {
        FetchOpen.Builder open = FetchOpen.newBuilder().setTopic(topic);
        open.getStartBuilder().getPositionBuilder().setOffset(offset);
        return open;
    }

    /** Breaks all connections, and takes no more. */
    void killServer() {
        server.shutdownNow();
    }

    /** Tells all streams that the server stops. */
    void stopStreams() {
        lifetimes.stop();
    }

    /** Waits for a condition; fails if it does not come true. */
    static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            try {
                TimeUnit.MILLISECONDS.sleep(2);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Ends everything; then nothing may be held any more. */
    @Override
    public void close() {
        fetchReaders.forEach(FetchReader::cancel);
        await("nothing is held", () -> methods.heldBytes() == 0);
        for (FakePartitionLeader leader : leaders) {
            await("all slices are closed", () -> leader.log().openSlices() == 0);
            await("nobody is subscribed", () -> leader.listenerCount() == 0);
            leader.close();
        }
        channel.shutdownNow();
        server.shutdownNow();
        peers.close();
        timer.shutdownNow();
        readers.shutdownNow();
    }
}
