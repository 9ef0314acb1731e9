// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.produce;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.taffrail.api.v1.LogServiceGrpc;
import io.taffrail.api.v1.NewRecord;
import io.taffrail.broker.connection.ConnectionLifetimes;
import io.taffrail.broker.forward.Forwarding;
import io.taffrail.broker.peer.NettyChannelFactory;
import io.taffrail.broker.peer.PeerChannels;
import io.taffrail.broker.replication.PartitionLookup;
import io.taffrail.broker.testing.FakeActiveController;
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

/** A server with the methods under test, on a real port, over partitions with real logs. */
final class ProduceFixture {
    static final int BROKER_ID = 3;
    static final TopicId ORDERS = new TopicId(1, 2);

    final FakePartitions partitions = new FakePartitions();
    final FakeClusterView cluster = new FakeClusterView();
    final FakeActiveController controller = new FakeActiveController();
    final CountingObserver observer = new CountingObserver();
    final GatedExecutor worker;
    final Server server;
    final ManagedChannel channel;

    private final Path directory;
    private final ExecutorService workers = Executors.newFixedThreadPool(2);
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);
    final ConnectionLifetimes lifetimes =
            new ConnectionLifetimes(Duration.ofHours(1), timer, new Random(1));
    private final List<FakePartitionLeader> leaders = new ArrayList<>();
    private final PeerChannels peers = new PeerChannels(new NettyChannelFactory());
    private final List<ProduceClient> clients = new ArrayList<>();

    ProduceFixture(Path directory) {
        this(directory, ProduceLimits.DEFAULT);
    }

    ProduceFixture(Path directory, ProduceLimits limits) {
        this.directory = directory;
        this.worker = new GatedExecutor(workers);
        cluster.apply(TestImages.broker(BROKER_ID, "broker-3"));
        ProduceServices services =
                new ProduceServices(
                        BROKER_ID,
                        partitions,
                        new Forwarding(peers, cluster, timer, worker, Clock.SYSTEM),
                        cluster,
                        controller,
                        worker,
                        timer,
                        Clock.SYSTEM,
                        limits,
                        observer);
        try {
            server =
                    NettyServerBuilder.forAddress(
                                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                            .directExecutor()
                            .addTransportFilter(lifetimes)
                            .addService(service(new ProduceMethods(services)))
                            .build()
                            .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        channel =
                NettyChannelBuilder.forAddress("127.0.0.1", server.getPort())
                        .usePlaintext()
                        .build();
    }

    private static ServerServiceDefinition service(ProduceMethods methods) {
        ServiceDescriptor descriptor =
                ServiceDescriptor.newBuilder(LogServiceGrpc.SERVICE_NAME)
                        .setSchemaDescriptor(
                                LogServiceGrpc.getServiceDescriptor().getSchemaDescriptor())
                        .addMethod(methods.produce().getMethodDescriptor())
                        .build();
        assertThat(descriptor.getSchemaDescriptor()).isNotNull();
        return ServerServiceDefinition.builder(LogServiceGrpc.SERVICE_NAME)
                .addMethod(methods.produce())
                .addMethod(methods.append())
                .addMethod(methods.initProducer())
                .build();
    }

    /** Leads a partition of topic "orders" here, in epoch 1. */
    FakePartitionLeader lead(int partition) {
        return lead(partition, LogConfig.DEFAULT);
    }

    FakePartitionLeader lead(int partition, LogConfig config) {
        FakePartitionLeader leader =
                FakePartitionLeader.open(
                        directory, new TopicPartition("orders", ORDERS, partition), config, 1);
        leaders.add(leader);
        partitions.put(leader);
        return leader;
    }

    /** Makes the topic "orders" known with so many partitions, all led here. */
    void knowTopic(int partitionCount) {
        cluster.apply(TestImages.topic("orders", ORDERS, partitionCount, BROKER_ID));
    }

    /** What another broker's metadata says of a partition that this one leads. */
    PartitionLookup.Elsewhere asSeenElsewhere(FakePartitionLeader leader) {
        return new PartitionLookup.Elsewhere(
                leader.partition(),
                BROKER_ID,
                new HostPort("127.0.0.1", server.getPort()),
                leader.leaderEpoch());
    }

    ProduceClient produce() {
        ProduceClient client = new ProduceClient(LogServiceGrpc.newStub(channel));
        clients.add(client);
        return client;
    }

    LogServiceGrpc.LogServiceBlockingStub stub() {
        return LogServiceGrpc.newBlockingStub(channel).withDeadlineAfter(30, SECONDS);
    }

    static NewRecord newRecord(String value) {
        return NewRecord.newBuilder().setValue(ByteString.copyFromUtf8(value)).build();
    }

    static NewRecord newRecord(String key, String value) {
        return newRecord(value).toBuilder().setKey(ByteString.copyFromUtf8(key)).build();
    }

    void close() throws Exception {
        clients.forEach(ProduceClient::cancel);
        worker.open();
        channel.shutdownNow();
        assertThat(channel.awaitTermination(30, SECONDS)).isTrue();
        server.shutdownNow();
        peers.close();
        assertThat(server.awaitTermination(30, SECONDS)).isTrue();
        workers.shutdown();
        assertThat(workers.awaitTermination(30, SECONDS)).isTrue();
        timer.shutdownNow();
        assertThat(timer.awaitTermination(30, SECONDS)).isTrue();
        leaders.forEach(FakePartitionLeader::close);
    }
}
