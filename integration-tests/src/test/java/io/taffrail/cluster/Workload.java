// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cluster;

import io.taffrail.client.Producer;
import io.taffrail.client.ProducerSettings;
import io.taffrail.client.TaffrailClient;
import io.taffrail.client.admin.NewTopic;
import io.taffrail.client.admin.TopicDescription;
import io.taffrail.model.TopicPartition;
import io.taffrail.workload.Anomaly;
import io.taffrail.workload.Deadline;
import io.taffrail.workload.History;
import io.taffrail.workload.History.Place;
import io.taffrail.workload.HistoryChecker;
import io.taffrail.workload.NumberedLoad;
import io.taffrail.workload.SteadyReader;
import io.taffrail.workload.WholeLog;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Idempotent producers of unique values and readers of one topic, and what they saw. Begun before a
 * fault, goes on through it, and is judged at the end.
 */
final class Workload implements AutoCloseable {
    private static final int PRODUCERS = 3;
    private static final Duration INTERVAL = Duration.ofMillis(4);
    private static final Duration TO_GO_ON = Duration.ofSeconds(60);
    private static final Duration TO_ARRIVE = Duration.ofSeconds(60);

    private final ClusterProcesses cluster;
    private final TopicDescription topic;
    private final History history = new History();
    private final TaffrailClient client;
    private final List<NumberedLoad> loads = new ArrayList<>();
    private final List<SteadyReader> readers = new ArrayList<>();

    private Workload(ClusterProcesses cluster, NewTopic newTopic, ProducerSettings settings) {
        this.cluster = cluster;
        this.client = TaffrailClient.connect(cluster.bootstrap());
        this.topic = TaffrailClient.await(client.admin().createTopic(newTopic));
        for (int i = 0; i < PRODUCERS; i++) {
            Producer producer = client.newProducer(settings);
            loads.add(
                    new NumberedLoad(
                            producer, name(), partitions(), "producer-" + i, history, INTERVAL));
        }
        readers.add(reader("steady", Long.MAX_VALUE));
        readers.add(reader("dying", 1_000));
    }

    /** Makes the topic and begins at once. */
    static Workload begin(ClusterProcesses cluster, NewTopic topic) {
        return begin(cluster, topic, ProducerSettings.defaults());
    }

    /** The same, with producers that behave so. */
    static Workload begin(ClusterProcesses cluster, NewTopic topic, ProducerSettings settings) {
        return new Workload(cluster, topic, settings);
    }

    private SteadyReader reader(String name, long lifeRecords) {
        return new SteadyReader(client, name(), partitions(), name, history, lifeRecords, Set.of());
    }

    /** The topic's name. */
    String name() {
        return topic.topic();
    }

    private int partitions() {
        return topic.partitionCount();
    }

    /** Waits until each producer has gone on in each partition; fails if one does not. */
    void awaitProgress() throws Exception {
        if (!goesOn()) {
            throw new AssertionError(
                    "a producer does not go on within " + TO_GO_ON + "; given up: " + failures());
        }
    }

    /** Why producers gave values up. */
    List<Throwable> failures() {
        return loads.stream().flatMap(load -> load.failures().stream()).toList();
    }

    /**
     * Ends it and judges, once nothing hinders the cluster any more and all replicas are in sync.
     *
     * @return all that is wrong; empty: nothing
     */
    List<Anomaly> judge() throws Exception {
        history.healed();
        boolean stuck = !goesOn();
        loads.forEach(NumberedLoad::close);
        long stored = WholeLog.read(client, name(), partitions(), history);
        for (SteadyReader reader : readers) {
            stuck |= !reader.readsWithin(TO_ARRIVE, stored);
            reader.close();
        }
        List<Anomaly> all = new ArrayList<>(HistoryChecker.check(history));
        if (stuck && all.isEmpty()) {
            throw new IllegalStateException(
                    "the checker does not see that " + name() + " is stuck");
        }
        for (int partition = 0; partition < partitions(); partition++) {
            all.addAll(compareReplicas(partition));
        }
        return all;
    }

    private boolean goesOn() throws Exception {
        for (NumberedLoad load : loads) {
            int sent = load.sentCount();
            if (!Deadline.isMet(TO_GO_ON, () -> load.wentOnAfter(sent))) {
                return false;
            }
        }
        return true;
    }

    /** Followers may be a moment behind; then they are looked at again. */
    private List<Anomaly> compareReplicas(int partition) throws Exception {
        return Deadline.isMet(TO_ARRIVE, () -> compareOnce(partition).isEmpty())
                ? List.of()
                : compareOnce(partition);
    }

    private List<Anomaly> compareOnce(int partition) throws IOException {
        List<Place> contents = history.partition(partition).contents();
        long highWatermark =
                contents.isEmpty() ? 0 : contents.get(contents.size() - 1).offset() + 1;
        TopicPartition id = new TopicPartition(name(), topic.topicId(), partition);
        List<ReplicaLog> logs = new ArrayList<>();
        for (var replica : current().partitions().get(partition).replicas()) {
            ClusterNode node = cluster.node(replica.brokerId());
            logs.add(ReplicaLog.read(node.id(), node.data(), id));
        }
        return ReplicaComparison.compare(partition, highWatermark, logs);
    }

    private TopicDescription current() {
        return TaffrailClient.await(client.admin().describeTopic(name()));
    }

    @Override
    public void close() {
        loads.forEach(NumberedLoad::close);
        readers.forEach(SteadyReader::close);
        client.close();
    }
}
