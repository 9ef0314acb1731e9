// SPDX-License-Identifier: Apache-2.0
package io.taffrail.simulation;

import io.taffrail.api.v1.CreateTopicRequest;
import io.taffrail.api.v1.CreateTopicResponse;
import io.taffrail.model.TopicId;
import io.taffrail.model.cluster.MetadataImage;
import io.taffrail.model.cluster.PartitionEntry;
import io.taffrail.model.cluster.ReplicaEntry;
import java.time.Duration;
import java.util.List;

/**
 * A compacted topic of one partition, and who writes to it. Segments are small and tombstones old
 * at once, so that much is compacted in a short time.
 */
final class SimTable {
    static final String TOPIC = "table";

    private static final Duration AGAIN = Duration.ofMillis(500);

    private final SimCluster cluster;
    private final SimHistory history = new SimHistory(this::committedEnd);
    private final SimProducer producer;
    private boolean made;
    private TopicId topicId;

    SimTable(SimCluster cluster) {
        this.cluster = cluster;
        this.producer = cluster.clients().producer("t0", TOPIC, 0, history, RecordForm.TABLE);
    }

    private long committedEnd(int partition) {
        return cluster.invariants().committedEnd(topicId, partition);
    }

    void create() {
        SimOptions options = cluster.options();
        CreateTopicRequest request =
                CreateTopicRequest.newBuilder()
                        .setTopic(TOPIC)
                        .setPartitionCount(1)
                        .setReplicationFactor(options.replicationFactor())
                        .putConfigs("min.insync.replicas", "" + options.minIsr())
                        .putConfigs("flush", options.flush())
                        .putConfigs("cleanup.policy", "compact")
                        .putConfigs("segment.bytes", "2048")
                        .putConfigs("delete.retention.ms", "0")
                        .build();
        cluster.admin()
                .<CreateTopicResponse>ask(
                        "topic " + TOPIC,
                        stub -> stub.createTopic(request),
                        answer -> made = true,
                        failure -> cluster.world().scheduler().after(AGAIN, this::create));
    }

    boolean isMade() {
        return made;
    }

    void work() {
        topicId = cluster.image().topic(TOPIC).orElseThrow().topic().topicId();
        producer.start();
    }

    void stop() {
        producer.stop();
    }

    boolean isIdle() {
        return producer.isIdle();
    }

    boolean holds(PartitionEntry entry) {
        return entry.topicId().equals(topicId);
    }

    /** Looks at every replica, once everything has settled. */
    void check(MetadataImage image) {
        StoredTables tables = new StoredTables(history);
        PartitionEntry entry = image.partition(topicId, 0).orElseThrow();
        for (ReplicaEntry replica : entry.replicas()) {
            SimBroker broker = cluster.brokers().get(replica.brokerId());
            broker.log(entry).ifPresent(log -> tables.check(broker, 0, log));
        }
    }

    List<String> anomalies() {
        return history.anomalies();
    }
}
