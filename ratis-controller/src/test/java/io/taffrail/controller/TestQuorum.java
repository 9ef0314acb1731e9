// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.taffrail.api.internal.v1.AllocateProducerIdsRequest;
import io.taffrail.api.internal.v1.ChangeQuorumRequest;
import io.taffrail.api.internal.v1.ChangeQuorumResponse;
import io.taffrail.api.internal.v1.ControllerServiceGrpc;
import io.taffrail.api.internal.v1.ControllerServiceGrpc.ControllerServiceBlockingStub;
import io.taffrail.api.internal.v1.DescribeControllersRequest;
import io.taffrail.api.internal.v1.QuorumServiceGrpc;
import io.taffrail.api.v1.ControllerRef;
import io.taffrail.api.v1.DescribeQuorumResponse;
import io.taffrail.model.HostPort;
import io.taffrail.model.cluster.DirectoryId;
import io.taffrail.model.cluster.MetadataImage;
import io.taffrail.model.config.TopicDefaults;
import io.taffrail.testsupport.FreePorts;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** Several controllers in this process, each behind a real gRPC server, on real Raft. */
final class TestQuorum implements AutoCloseable {
    static final long DEADLINE_SECONDS = 60;

    private final Path folder;
    private final Map<Integer, ControllerPeer> addresses = new TreeMap<>();
    private final Map<Integer, DirectoryId> disks = new TreeMap<>();
    private final Map<Integer, Running> running =
            new ConcurrentSkipListMap<>(); // some tests put load on it from a thread of its own
    private long snapshotThreshold = 20_000;

    /** A controller that was started and not stopped. */
    final class Running implements AutoCloseable {
        final ControllerNode node;
        final CompletableFuture<String> death = new CompletableFuture<>();
        final AtomicReference<String> clusterId = new AtomicReference<>();
        final ManagedChannel channel;
        private final HostPort api;
        private final Server server;

        private Running(ControllerSettings settings) throws Exception {
            ControllerEnvironment base = TestSettings.environment(death::complete);
            node =
                    ControllerNode.start(
                            settings,
                            new ControllerEnvironment(
                                    base.clock(),
                                    base.connections(),
                                    clusterId::set,
                                    death::complete));
            api = addresses.get(settings.nodeId()).apiAddress();
            NettyServerBuilder builder =
                    NettyServerBuilder.forAddress(new InetSocketAddress(api.host(), api.port()));
            node.services().forEach(builder::addService);
            server = builder.build().start();
            channel = NettyChannelBuilder.forAddress(api.host(), api.port()).usePlaintext().build();
        }

        ControllerServiceBlockingStub controller() {
            return ControllerServiceGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
        }

        ChangeQuorumResponse change(ChangeQuorumRequest request) {
            return QuorumServiceGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
                    .changeQuorum(request);
        }

        long allocate() {
            return controller()
                    .allocateProducerIds(AllocateProducerIdsRequest.getDefaultInstance())
                    .getFirstProducerId();
        }

        DescribeQuorumResponse describe() {
            return controller()
                    .describeControllers(DescribeControllersRequest.getDefaultInstance())
                    .getQuorum();
        }

        @Override
        public void close() {
            channel.shutdownNow();
            node.close();
            server.shutdownNow();
            try {
                channel.awaitTermination(DEADLINE_SECONDS, TimeUnit.SECONDS);
                server.awaitTermination(DEADLINE_SECONDS, TimeUnit.SECONDS);
                FreePorts.awaitFree(api.port());
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** Starts nothing yet. */
    TestQuorum(Path folder, int... nodeIds) {
        this.folder = folder;
        for (int nodeId : nodeIds) {
            assign(nodeId);
        }
    }

    private void assign(int nodeId) {
        addresses.put(nodeId, new ControllerPeer(nodeId, FreePorts.next(), FreePorts.next()));
        disks.put(nodeId, DirectoryId.random());
    }

    void snapshotEvery(long entries) {
        snapshotThreshold = entries;
    }

    List<ControllerPeer> list() {
        return List.copyOf(addresses.values());
    }

    Running start(int nodeId) throws Exception {
        return start(nodeId, list());
    }

    Running start(int nodeId, List<ControllerPeer> list) throws Exception {
        Running started = new Running(settings(nodeId, list));
        running.put(nodeId, started);
        return started;
    }

    ControllerSettings settings(int nodeId, List<ControllerPeer> list) {
        return new ControllerSettings(
                nodeId,
                disks.get(nodeId),
                Optional.empty(),
                raftFolder(nodeId),
                addresses.get(nodeId).raftAddress(),
                list,
                Duration.ofMillis(500),
                TopicDefaults.BUILT_IN,
                1,
                0,
                Duration.ofSeconds(30),
                Duration.ofMillis(500),
                snapshotThreshold,
                false);
    }

    Path raftFolder(int nodeId) {
        return folder.resolve(nodeId + "-" + disks.get(nodeId));
    }

    void startAll() throws Exception {
        for (int nodeId : addresses.keySet()) {
            start(nodeId);
        }
    }

    void stop(int nodeId) {
        running.remove(nodeId).close();
    }

    /** Another node, with an empty disk, in the lists from now on. */
    void addNode(int nodeId) {
        assign(nodeId);
    }

    /** The next start finds an empty disk. */
    void wipe(int nodeId) {
        disks.put(nodeId, DirectoryId.random());
    }

    ControllerRef ref(int nodeId) {
        return ControllerRef.newBuilder()
                .setNodeId(nodeId)
                .setDirectoryId(disks.get(nodeId).toString())
                .build();
    }

    Running node(int nodeId) {
        return running.get(nodeId);
    }

    List<Running> all() {
        return new ArrayList<>(running.values());
    }

    /** All that run have caught up: any of them may go, as far as there is a majority. */
    void awaitReady() throws InterruptedException {
        for (Running each : all()) {
            await(() -> each.node.notReadyReasons().isEmpty(), "all are ready");
        }
    }

    /** Node id of the active controller, once there is one. */
    int awaitActive() throws InterruptedException {
        return awaitOneActive().getKey();
    }

    /** The active controller, once there is one; it may have been stopped meanwhile. */
    Running activeNode() throws InterruptedException {
        return awaitOneActive().getValue();
    }

    private Map.Entry<Integer, Running> awaitOneActive() throws InterruptedException {
        List<Map.Entry<Integer, Running>> active = new ArrayList<>();
        await(
                () -> {
                    running.entrySet().stream()
                            .filter(each -> each.getValue().node.active())
                            .forEach(active::add);
                    return !active.isEmpty();
                },
                "one of the controllers is active");
        return active.get(0);
    }

    /** All that run have applied what the active one has by now, and know the same by it. */
    void awaitEqual() throws InterruptedException {
        MetadataImage target = node(awaitActive()).node.image();
        for (Running each : all()) {
            await(
                    () -> each.node.image().version().index() >= target.version().index(),
                    "all controllers have applied that");
            assertThat(each.node.image().at(target.version()))
                    .as("but for how far the log has come")
                    .isEqualTo(target);
        }
    }

    /** Asks whoever is active, as brokers do, until one of them answers. */
    ChangeQuorumResponse change(ChangeQuorumRequest request) throws InterruptedException {
        while (true) {
            try {
                return node(awaitActive()).change(request);
            } catch (StatusRuntimeException e) {
                if (e.getStatus().getCode() != Status.Code.UNAVAILABLE) {
                    throw e;
                }
                Thread.sleep(20);
            }
        }
    }

    interface Condition {
        boolean holds();
    }

    static void await(Condition condition, String what) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        while (!condition.holds()) {
            assertThat(System.nanoTime() - deadline).as(what).isNegative();
            Thread.sleep(20);
        }
    }

    @Override
    public void close() {
        for (Running each : all()) {
            each.close();
        }
    }
}
