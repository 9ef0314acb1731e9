// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.quickstart;

import io.taffrail.cli.CommandFailedException;
import io.taffrail.cli.node.LocalCluster;
import io.taffrail.client.Admin;
import io.taffrail.client.PartitionRef;
import io.taffrail.client.TaffrailClient;
import io.taffrail.client.admin.NewTopic;
import io.taffrail.client.admin.PartitionDescription;
import io.taffrail.client.admin.ReplicaDescription;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;

/** A leader is killed while records come in, and started again. */
final class Failover {
    private static final String TOPIC = "ticks";
    private static final int RECORDS_BEFORE = 1_000;
    private static final int RECORDS_AFTER = 1_000;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);

    private final Narration narration;
    private final LocalCluster cluster;
    private final TaffrailClient client;
    private final BooleanSupplier stopped;

    Failover(
            Narration narration,
            LocalCluster cluster,
            TaffrailClient client,
            BooleanSupplier stopped) {
        this.narration = narration;
        this.cluster = cluster;
        this.client = client;
        this.stopped = stopped;
    }

    /**
     * Kills the leader of a topic that has the same replicas as {@code model}, and shows what
     * became of the records.
     *
     * @return the node that was killed
     */
    int killLeader(PartitionDescription model) throws IOException, InterruptedException {
        List<Integer> replicas =
                model.replicas().stream().map(ReplicaDescription::brokerId).toList();
        TaffrailClient.await(
                client.admin()
                        .createTopic(
                                NewTopic.named(TOPIC)
                                        .withAssignments(List.of(replicas))
                                        .withConfig("min.insync.replicas", "2")));
        try (SteadyProducer producer = SteadyProducer.start(client, TOPIC)) {
            narration.step(
                    "Producing a numbered record each millisecond to the topic '" + TOPIC + "'",
                    () -> produceSome(producer));
            int leader = leader();
            narration.step(
                    "Killing the leader, node %d%s: kill -9 %d"
                            .formatted(leader, otherDuties(leader), cluster.pid(leader)),
                    () -> kill(leader, producer));
            narration.step("Reading all numbers back", () -> readAll(producer));
            return leader;
        }
    }

    private int leader() throws IOException {
        return partition(TOPIC)
                .leaderId()
                .orElseThrow(() -> new CommandFailedException("the topic has no leader"));
    }

    /** A new controller must be found first if it was that too, which takes longer. */
    private String otherDuties(int node) {
        OptionalInt active =
                TaffrailClient.await(client.admin().describeCluster()).activeControllerId();
        return active.equals(OptionalInt.of(node)) ? ", which is the active controller too" : "";
    }

    private PartitionDescription partition(String topic) {
        Admin admin = client.admin();
        return TaffrailClient.await(admin.describeTopic(topic)).partitions().get(0);
    }

    private static String produceSome(SteadyProducer producer)
            throws IOException, InterruptedException {
        producer.awaitAcknowledged(RECORDS_BEFORE, PATIENCE);
        return "more than " + RECORDS_BEFORE + " acknowledged so far";
    }

    private String kill(int leader, SteadyProducer producer)
            throws IOException, InterruptedException {
        producer.measurePauses();
        cluster.kill(leader);
        producer.awaitAcknowledged(producer.sent() + RECORDS_AFTER, PATIENCE);
        return String.format(
                Locale.ROOT,
                "node %d leads now; writes stood still for %.2f s",
                leader(),
                producer.longestPause().toMillis() / 1e3);
    }

    private String readAll(SteadyProducer producer) throws IOException, InterruptedException {
        long acknowledged = producer.finish(PATIENCE);
        long read = NumberedReading.readAll(client, PartitionRef.of(TOPIC, 0), stopped);
        if (read != acknowledged) {
            throw new CommandFailedException(
                    acknowledged + " records are acknowledged, but " + read + " are there");
        }
        return read + " acknowledged, " + read + " read: none lost, none twice, all in order";
    }

    /** Starts a node again, and shows that it catches up. */
    void restart(int node, List<String> topics) throws IOException, InterruptedException {
        narration.step(
                "Starting node " + node + " again",
                () -> {
                    cluster.start(node);
                    cluster.awaitActive(client, node);
                    return "it is back, process " + cluster.pid(node);
                });
        narration.step(
                "Letting it catch up",
                () -> {
                    for (String topic : topics) {
                        awaitInSync(topic, node);
                    }
                    awaitInSync(TOPIC, node);
                    return "it is in sync";
                });
    }

    private void awaitInSync(String topic, int node) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!partition(topic).isr().contains(node)) {
            if (System.nanoTime() > deadline) {
                throw new CommandFailedException(
                        "node %d is not in sync for '%s' after %d s"
                                .formatted(node, topic, PATIENCE.toSeconds()));
            }
            Thread.sleep(LOOK_EVERY.toMillis());
        }
    }
}
