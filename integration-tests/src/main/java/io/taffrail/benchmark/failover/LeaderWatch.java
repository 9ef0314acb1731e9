// SPDX-License-Identifier: Apache-2.0
package io.taffrail.benchmark.failover;

import io.taffrail.client.TaffrailClient;
import io.taffrail.client.admin.ClusterEvent.PartitionChanged;
import io.taffrail.client.admin.ClusterUpdate;
import io.taffrail.client.admin.ClusterWatch;
import io.taffrail.client.admin.PartitionDescription;
import io.taffrail.cluster.ClusterNode;
import java.util.HashSet;
import java.util.Set;

/**
 * Watches, through a node that goes on, for when a topic has no partition left without a leader.
 */
final class LeaderWatch implements AutoCloseable {
    private final String topic;
    private final int partitions;
    private final int victim;
    private final TaffrailClient client;
    private final ClusterWatch watch;
    private final Set<Integer> ledByOthers = new HashSet<>();
    private boolean known;
    private long changedNanos;

    /** Returns once it is told of each change. */
    LeaderWatch(FailoverCluster cluster, String topic, int partitions, ClusterNode victim)
            throws InterruptedException {
        this.topic = topic;
        this.partitions = partitions;
        this.victim = victim.id();
        ClusterNode witness =
                cluster.processes().nodes().stream()
                        .filter(node -> node.id() != victim.id())
                        .findFirst()
                        .orElseThrow();
        this.client = TaffrailClient.connect(witness.api().toString());
        this.watch = client.admin().watchCluster(this::take);
        FailoverCluster.await("the cluster is watched", this::isKnown);
    }

    private synchronized boolean isKnown() {
        return known;
    }

    private synchronized void take(ClusterUpdate update) {
        known |= update.initialComplete();
        update.events().stream()
                .filter(PartitionChanged.class::isInstance)
                .map(PartitionChanged.class::cast)
                .filter(change -> change.topic().equals(topic))
                .forEach(change -> take(change.partition()));
    }

    private void take(PartitionDescription partition) {
        boolean others =
                partition.leaderId().isPresent() && partition.leaderId().getAsInt() != victim;
        if (others && ledByOthers.add(partition.partition())) {
            changedNanos = System.nanoTime();
        }
    }

    /** Waits until others lead all partitions; returns when the last one's leader was told. */
    long awaitAllLedByOthers() throws InterruptedException {
        FailoverCluster.await("all partitions of " + topic + " are led again", this::allAreLed);
        synchronized (this) {
            return changedNanos;
        }
    }

    private synchronized boolean allAreLed() {
        return ledByOthers.size() == partitions;
    }

    @Override
    public void close() {
        watch.close();
        client.close();
    }
}
