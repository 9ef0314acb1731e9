// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.ChannelOption;
import io.taffrail.broker.fetch.serve.InjectingAllocator;
import io.taffrail.broker.testing.FakeClusterView;
import io.taffrail.broker.testing.TestImages;
import io.taffrail.logstore.LogListener;
import io.taffrail.logstore.PartitionLog;
import io.taffrail.logstore.files.FileSystem;
import io.taffrail.logstore.files.NioFileSystem;
import io.taffrail.model.Clock;
import io.taffrail.model.TopicId;
import io.taffrail.model.TopicPartition;
import io.taffrail.testsupport.SimulatedDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A leader's server on loopback and a follower, with partitions that one has of the other. */
final class ReplicationFixture implements AutoCloseable {
    static final int LEADER = 1;
    static final int FOLLOWER = 2;
    static final long FOLLOWER_EPOCH = 1;
    static final int EPOCH = 5;

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final FileSystem files;
    private final Path directory;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);
    private final FakeClusterView cluster = new FakeClusterView();
    private final FakeSources sources = new FakeSources();
    private final InjectingAllocator allocator = new InjectingAllocator();
    private final ReplicaFeeds feeds;
    private final CatchUpThrottle throttle =
            new CatchUpThrottle(Clock.SYSTEM, CatchUpThrottle.UNLIMITED);
    private final ReplicaFetchers fetchers;
    private final Map<Traffic, ManagedChannel> channels = new EnumMap<>(Traffic.class);
    private final List<LogSource> led = new ArrayList<>();
    private final List<LogTarget> followed = new ArrayList<>();
    private Optional<Server> server = Optional.empty();

    ReplicationFixture(Path directory) {
        this(new NioFileSystem(), directory, FetcherLimits.DEFAULT);
    }

    /** On a disk that waits for nothing. */
    ReplicationFixture(SimulatedDisk disk) {
        this(disk, Path.of("/"), FetcherLimits.DEFAULT);
    }

    ReplicationFixture(FileSystem files, Path directory, FetcherLimits limits) {
        this.files = files;
        this.directory = directory;
        cluster.apply(TestImages.broker(LEADER, "leader"), TestImages.broker(FOLLOWER, "follower"));
        feeds =
                new ReplicaFeeds(
                        new FeedEnvironment(LEADER, cluster, sources, threads, timer, Clock.SYSTEM),
                        Optional.of(allocator));
        fetchers =
                new ReplicaFetchers(
                        new FetcherEnvironment(
                                new FollowerIdentity(
                                        FOLLOWER, cluster::clusterId, () -> FOLLOWER_EPOCH),
                                this::channel,
                                throttle,
                                threads,
                                threads,
                                timer,
                                Clock.SYSTEM,
                                new Random(7)),
                        limits);
        startServer();
    }

    void startServer() {
        serve(feeds.service());
    }

    /** In place of the leader's own service, another one. */
    void serve(ServerServiceDefinition service) {
        stopServer();
        try {
            server =
                    Optional.of(
                            NettyServerBuilder.forAddress(
                                            new InetSocketAddress(
                                                    InetAddress.getLoopbackAddress(), 0))
                                    .directExecutor()
                                    .withChildOption(ChannelOption.ALLOCATOR, allocator)
                                    .addService(service)
                                    .build()
                                    .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Breaks every connection; nobody listens then. */
    synchronized void stopServer() {
        server.ifPresent(Server::shutdownNow);
        server = Optional.empty();
        breakConnections();
    }

    /** The next call makes a new connection. */
    synchronized void breakConnections() {
        channels.values().forEach(ManagedChannel::shutdownNow);
        channels.clear();
    }

    private synchronized Optional<Channel> channel(int brokerId, Traffic traffic) {
        assertThat(brokerId).isEqualTo(LEADER);
        return server.map(running -> channels.computeIfAbsent(traffic, key -> connect(running)));
    }

    private static ManagedChannel connect(Server running) {
        return NettyChannelBuilder.forAddress("127.0.0.1", running.getPort())
                .usePlaintext()
                .maxInboundMessageSize(64 << 20)
                .build();
    }

    /** A connection of the test's own. */
    synchronized Channel channel() {
        return channel(LEADER, Traffic.IN_SYNC).orElseThrow();
    }

    FakeClusterView cluster() {
        return cluster;
    }

    ReplicaFeeds feeds() {
        return feeds;
    }

    ReplicaFetchers fetchers() {
        return fetchers;
    }

    CatchUpThrottle throttle() {
        return throttle;
    }

    long injections() {
        return allocator.injections();
    }

    // Partitions

    static TopicPartition partition(int number) {
        return new TopicPartition("orders", new TopicId(3, 4), number);
    }

    /** A leader's log, which nobody finds yet. */
    PartitionLog leadersLog(TopicPartition partition) {
        return Logs.open(
                files, directory.resolve("leader"), partition, Runnable::run, LogListener.NONE);
    }

    LogSource lead(TopicPartition partition) {
        return lead(leadersLog(partition), EPOCH);
    }

    LogSource lead(PartitionLog log, int leaderEpoch) {
        LogSource source = new LogSource(log, leaderEpoch);
        led.add(source);
        sources.put(source);
        return source;
    }

    /** A replica that is not followed yet. */
    LogTarget replica(TopicPartition partition, int leaderEpoch) {
        LogTarget target =
                LogTarget.open(
                        files,
                        directory.resolve("follower"),
                        partition,
                        LEADER,
                        leaderEpoch,
                        threads);
        followed.add(target);
        return target;
    }

    LogTarget follow(TopicPartition partition) {
        LogTarget target = replica(partition, EPOCH);
        fetchers.follow(target);
        return target;
    }

    static boolean equal(LogSource source, LogTarget target) {
        return source.log().logEndOffset() == target.log().logEndOffset()
                && source.log().logStartOffset() == target.log().logStartOffset();
    }

    /** Waits until the replica has all that its leader has; then both are equal in every byte. */
    static void awaitEqual(LogSource source, LogTarget target) {
        await("the replica has all of " + source.partition(), () -> equal(source, target));
        assertThat(Arrays.equals(Logs.contents(source.log()), Logs.contents(target.log())))
                .as("%s is equal in every byte", source.partition())
                .isTrue();
    }

    static void awaitAcknowledged(LogSource source) {
        await(
                "everything is acknowledged",
                () -> source.log().highWatermark() == source.log().logEndOffset());
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
        fetchers.close();
        followed.forEach(
                target -> {
                    await("nobody listens to a replica", () -> target.listenerCount() == 0);
                    assertThat(target.calledTwiceAtOnce()).isFalse();
                });
        stopServer();
        led.forEach(
                source -> {
                    await("nobody listens to a leader", () -> source.listenerCount() == 0);
                    await("all slices are closed", () -> source.log().openSlices() == 0);
                });
        await("nothing is on its way", () -> feeds.heldBytes() == 0);
        await("nobody watches the metadata", () -> cluster.listenerCount() == 0);
        timer.shutdownNow();
        threads.shutdown();
        led.forEach(source -> Logs.close(source.log()));
        followed.forEach(target -> Logs.close(target.log()));
    }
}
