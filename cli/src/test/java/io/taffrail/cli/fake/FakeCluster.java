// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.fake;

import static io.taffrail.model.Invariants.check;

import com.google.protobuf.Message;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.taffrail.api.LogFailure;
import io.taffrail.api.StatusTranslator;
import io.taffrail.api.v1.ClusterHealth;
import io.taffrail.api.v1.ReassignmentStatus;
import io.taffrail.model.LogError;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * A broker that keeps topics in memory, and answers as the {@code .proto} files say. One lock, this
 * object's, guards all of it.
 */
public final class FakeCluster implements AutoCloseable {
    static final String CLUSTER_ID = "3a7e0d52-6a34-4f0e-9a5c-6f4d7b8f2a11";

    /** Of the controller that node 2 was. */
    static final String LOST_DIRECTORY = "9d1c5e43-0a0b-4b63-8f0e-0f3c2a1b4d5e";

    final Map<String, ReassignmentStatus> moves = new TreeMap<>();
    final List<Message> changes = new ArrayList<>();
    final Map<String, FakeTopic> topics = new TreeMap<>();
    final List<Runnable> onAppend = new ArrayList<>();
    final List<Runnable> onChange = new ArrayList<>();
    private int startingController;
    private final Server server;
    private final Map<Integer, FakeBroker> brokers = new TreeMap<>();
    private int leaderEpoch = FakeLog.LEADER_EPOCH;
    private ClusterHealth health = ClusterHealth.getDefaultInstance();

    private FakeCluster(int port) throws IOException {
        server =
                NettyServerBuilder.forAddress(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                        .maxInboundMessageSize(8 << 20)
                        .addService(new FakeLogService(this))
                        .addService(new FakeAdminService(this))
                        .build()
                        .start();
        brokers.put(0, new FakeBroker(0, bootstrap(), true));
    }

    /** One that clients see. All of them are this object, at several addresses. */
    record FakeBroker(int id, String address, boolean up) {}

    public static FakeCluster start() throws IOException {
        return startOn(0);
    }

    public static FakeCluster startOn(int port) throws IOException {
        return new FakeCluster(port);
    }

    /** A broker is there, or there again, where {@code address} leads to this one. */
    public synchronized void brokerIsUp(int id, String address) {
        brokers.put(id, new FakeBroker(id, address, true));
        changed();
    }

    /** A broker is gone: what it led is led by another. */
    public synchronized void brokerIsDown(int id) {
        brokers.put(id, new FakeBroker(id, brokers.get(id).address(), false));
        leaderEpoch++;
        changed();
    }

    /** A node that shall vote does not answer before it was asked so many times. */
    public synchronized void controllerAnswersAfter(int asks) {
        startingController = asks;
    }

    synchronized boolean isControllerStarting() {
        return startingController-- > 0;
    }

    synchronized List<FakeBroker> brokers() {
        return List.copyOf(brokers.values());
    }

    /** The first that is up leads everything. */
    synchronized FakeBroker leader() {
        return brokers.values().stream().filter(FakeBroker::up).findFirst().orElseThrow();
    }

    int leaderEpoch() {
        return leaderEpoch;
    }

    /** Where clients reach it, {@code host:port}. */
    public String bootstrap() {
        return "127.0.0.1:" + server.getPort();
    }

    public synchronized void createTopic(String name, int partitions) {
        topics.put(name, new FakeTopic(this, name, partitions, Map.of()));
        changed();
    }

    /** What was asked for of moves, elections, brokers and controllers, in order. */
    public synchronized List<Message> changes() {
        return List.copyOf(changes);
    }

    /** What the cluster says of its health from now on. */
    public synchronized void setHealth(ClusterHealth health) {
        this.health = health;
    }

    synchronized ClusterHealth health() {
        return health.toBuilder()
                .setTopicCount(topics.size())
                .setPartitionCount(
                        topics.values().stream().mapToInt(topic -> topic.logs().size()).sum())
                .build();
    }

    FakeTopic topic(String name) {
        FakeTopic topic = topics.get(name);
        if (topic == null) {
            throw failure(LogError.UNKNOWN_TOPIC, "there is no topic '" + name + "'");
        }
        return topic;
    }

    FakeLog log(String name, int partition) {
        FakeTopic topic = topic(name);
        if (partition < 0 || partition >= topic.logs().size()) {
            throw failure(
                    LogError.UNKNOWN_TOPIC,
                    "the topic '" + name + "' has no partition " + partition);
        }
        return topic.logs().get(partition);
    }

    /** How many records a partition holds. */
    public synchronized long records(String topic, int partition) {
        FakeLog log = log(topic, partition);
        return log.endOffset() - log.startOffset();
    }

    void appended() {
        List.copyOf(onAppend).forEach(Runnable::run);
    }

    void changed() {
        List.copyOf(onChange).forEach(Runnable::run);
    }

    static io.grpc.StatusRuntimeException failure(LogError error, String message) {
        return StatusTranslator.toException(LogFailure.of(error, message));
    }

    @Override
    public void close() {
        try {
            boolean ended = server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
            check(ended, "the fake cluster does not stop");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
