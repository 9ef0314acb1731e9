// SPDX-License-Identifier: Apache-2.0
package io.taffrail.benchmark.failover;

import io.taffrail.client.ProducerSettings;
import io.taffrail.client.TaffrailClient;
import io.taffrail.client.TaffrailException;
import io.taffrail.client.admin.NewTopic;
import io.taffrail.client.admin.PartitionDescription;
import io.taffrail.cluster.ClusterLayout;
import io.taffrail.cluster.ClusterNode;
import io.taffrail.cluster.ClusterProcesses;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Three nodes, each broker and controller, as they are without any configuration. */
final class FailoverCluster implements AutoCloseable {
    static final int RECORDS_PER_SECOND = 1_000;

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final ClusterProcesses processes;
    private final TaffrailClient client;
    private int topics;

    FailoverCluster(Path folder) throws IOException {
        this.processes =
                ClusterProcesses.start(
                        folder,
                        ClusterLayout.combined(3).withJvmOptions("-Xmx384m", "-XX:+UseSerialGC"));
        this.client = TaffrailClient.connect(processes.bootstrap());
    }

    ClusterProcesses processes() {
        return processes;
    }

    TaffrailClient client() {
        return client;
    }

    /** The node that is the active controller. */
    ClusterNode activeController() throws InterruptedException {
        List<ClusterNode> found = new ArrayList<>();
        await(
                "there is an active controller",
                () -> {
                    TaffrailClient.await(client.admin().describeCluster())
                            .activeControllerId()
                            .ifPresent(id -> found.add(processes.node(id)));
                    return !found.isEmpty();
                });
        return found.get(0);
    }

    /** A node that is not the active controller. */
    ClusterNode otherThanController() throws InterruptedException {
        int active = activeController().id();
        return processes.nodes().stream()
                .filter(node -> node.id() != active)
                .findFirst()
                .orElseThrow();
    }

    /**
     * A new topic with three replicas, all of whose partitions that node leads; returns its name.
     */
    String topicLedBy(ClusterNode leader, int partitions) throws InterruptedException {
        List<Integer> replicas = new ArrayList<>(List.of(leader.id()));
        processes.nodes().stream()
                .map(ClusterNode::id)
                .filter(id -> id != leader.id())
                .forEach(replicas::add);
        return newTopic(Collections.nCopies(partitions, replicas));
    }

    /** A new topic of which each node leads one partition; returns its name. */
    String topicLedByAll() throws InterruptedException {
        return newTopic(List.of(List.of(0, 1, 2), List.of(1, 2, 0), List.of(2, 0, 1)));
    }

    private String newTopic(List<List<Integer>> assignments) throws InterruptedException {
        String name = "failover-" + topics++;
        TaffrailClient.await(
                client.admin()
                        .createTopic(
                                NewTopic.named(name)
                                        .withAssignments(assignments)
                                        .withConfig("min.insync.replicas", "2")));
        awaitInSync(name);
        return name;
    }

    void delete(String topic) {
        TaffrailClient.await(client.admin().deleteTopic(topic));
    }

    /** Waits until all replicas of a topic are in sync. */
    void awaitInSync(String topic) throws InterruptedException {
        await(
                "all replicas of " + topic + " are in sync",
                () ->
                        TaffrailClient.await(client.admin().describeTopic(topic))
                                .partitions()
                                .stream()
                                .allMatch(FailoverCluster::isInSync));
    }

    private static boolean isInSync(PartitionDescription partition) {
        return partition.leaderId().isPresent()
                && partition.isr().size() == partition.replicas().size();
    }

    /** A writer that has written for a while. */
    SteadyWriter writer(String topic, int partitions, ProducerSettings settings)
            throws InterruptedException {
        SteadyWriter writer =
                new SteadyWriter(
                        client.newProducer(settings), topic, partitions, RECORDS_PER_SECOND);
        awaitMore(writer, 3 * RECORDS_PER_SECOND);
        return writer;
    }

    /** Waits until so many more records are acknowledged. */
    void awaitMore(SteadyWriter writer, int records) throws InterruptedException {
        long target = writer.acknowledged() + records;
        await(records + " more records", () -> writer.acknowledged() >= target);
    }

    /** Waits until it is so; a question that fails meanwhile is asked again. */
    static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!holds(condition)) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("not within " + PATIENCE + ": " + what);
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    private static boolean holds(BooleanSupplier condition) {
        try {
            return condition.getAsBoolean();
        } catch (TaffrailException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        client.close();
        processes.close();
    }
}
