// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.client.TaffrailClient;
import io.taffrail.client.TaffrailException;
import io.taffrail.client.admin.BrokerSummary;
import io.taffrail.client.admin.ClusterDescription;
import io.taffrail.client.admin.PartitionDescription;
import io.taffrail.client.admin.TopicDescription;
import io.taffrail.workload.Deadline;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;

/**
 * Looks at a cluster through one of its brokers, so that what another one, paused or cut off, still
 * believes is not taken for the truth.
 */
final class Observer implements AutoCloseable {
    private final ClusterProcesses cluster;
    private final Map<Integer, TaffrailClient> clients = new HashMap<>();

    Observer(ClusterProcesses cluster) {
        this.cluster = cluster;
    }

    /** A client that begins with that broker. */
    TaffrailClient through(int broker) {
        return clients.computeIfAbsent(
                broker, id -> TaffrailClient.connect(cluster.node(id).api().toString()));
    }

    /** The topic as that broker has it. */
    TopicDescription topic(int broker, String topic) {
        return TaffrailClient.await(through(broker).admin().describeTopic(topic));
    }

    PartitionDescription partition(int broker, String topic, int partition) {
        return topic(broker, topic).partitions().get(partition);
    }

    ClusterDescription cluster(int broker) {
        return TaffrailClient.await(through(broker).admin().describeCluster());
    }

    /** The active controller in the eyes of that broker, once it knows of one. */
    int activeController(int broker) throws Exception {
        AtomicReference<OptionalInt> known = new AtomicReference<>();
        awaitCluster(
                broker,
                "has an active controller",
                cluster -> {
                    known.set(cluster.activeControllerId());
                    return known.get().isPresent();
                });
        return known.get().getAsInt();
    }

    Optional<BrokerSummary> broker(int through, int id) {
        return cluster(through).brokers().stream()
                .filter(broker -> broker.brokerId() == id)
                .findFirst();
    }

    /** Waits until a partition is so, as that broker has it. */
    void awaitPartition(
            int broker,
            String topic,
            int partition,
            String what,
            Predicate<PartitionDescription> condition)
            throws Exception {
        AtomicReference<PartitionDescription> last = new AtomicReference<>();
        boolean met =
                Deadline.isMet(
                        () ->
                                unlessItPasses(
                                        () -> {
                                            last.set(partition(broker, topic, partition));
                                            return condition.test(last.get());
                                        }));
        assertThat(met)
                .as("%s-%d %s; broker %d sees %s", topic, partition, what, broker, last.get())
                .isTrue();
    }

    /** Waits until every replica of a topic is in sync. */
    void awaitInSync(int broker, String topic) throws Exception {
        Deadline.await(
                "all replicas of " + topic + " are in sync",
                () ->
                        unlessItPasses(
                                () ->
                                        topic(broker, topic).partitions().stream()
                                                .allMatch(Observer::isInSync)));
    }

    private static boolean isInSync(PartitionDescription partition) {
        return partition.leaderId().isPresent()
                && partition.isr().size() == partition.replicas().size();
    }

    /** Waits until the cluster is so, as that broker has it. */
    void awaitCluster(int broker, String what, Predicate<ClusterDescription> condition)
            throws Exception {
        Deadline.await(
                "the cluster " + what, () -> unlessItPasses(() -> condition.test(cluster(broker))));
    }

    /** Waits until that broker counts as dead. */
    void awaitFenced(int through, int id) throws Exception {
        Deadline.await(
                "broker " + id + " is fenced",
                () ->
                        unlessItPasses(
                                () ->
                                        broker(through, id).orElseThrow().state()
                                                == BrokerSummary.State.FENCED));
    }

    /** A node that is neither of these. */
    int otherThan(Integer... ids) {
        return cluster.nodes().stream()
                .filter(ClusterNode::isAlive)
                .map(ClusterNode::id)
                .filter(id -> !List.of(ids).contains(id))
                .findFirst()
                .orElseThrow();
    }

    /** In the middle of a fault a question may fail. */
    private static boolean unlessItPasses(Question question) {
        try {
            return question.ask();
        } catch (TaffrailException e) {
            return false;
        }
    }

    /** Asked again and again. */
    private interface Question {
        boolean ask();
    }

    @Override
    public void close() {
        clients.values().forEach(TaffrailClient::close);
    }
}
