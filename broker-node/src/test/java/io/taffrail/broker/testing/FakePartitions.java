// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.testing;

import io.taffrail.api.LogFailure;
import io.taffrail.broker.replication.PartitionLeader;
import io.taffrail.broker.replication.PartitionLookup;
import io.taffrail.broker.replication.PartitionQuery;
import io.taffrail.broker.replication.Partitions;
import io.taffrail.model.LogError;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Finds what a test put there; UNKNOWN_TOPIC otherwise. Any thread. */
public final class FakePartitions implements Partitions {
    private final Map<String, CompletableFuture<PartitionLookup>> lookups =
            new ConcurrentHashMap<>();
    private final List<PartitionQuery> queries = new CopyOnWriteArrayList<>();

    public void put(String topic, int partition, PartitionLookup lookup) {
        lookups.put(topic + "-" + partition, CompletableFuture.completedFuture(lookup));
    }

    /** Puts a leader under its own name. */
    public void put(PartitionLeader leader) {
        put(
                leader.partition().topic(),
                leader.partition().partition(),
                new PartitionLookup.Here(leader));
    }

    /** The partition is found when the test completes the answer. */
    public CompletableFuture<PartitionLookup> putPending(String topic, int partition) {
        CompletableFuture<PartitionLookup> pending = new CompletableFuture<>();
        lookups.put(topic + "-" + partition, pending);
        return pending;
    }

    /** Everything that was asked, in order. */
    public List<PartitionQuery> queries() {
        return queries;
    }

    @Override
    public CompletableFuture<PartitionLookup> find(PartitionQuery query) {
        queries.add(query);
        CompletableFuture<PartitionLookup> lookup =
                lookups.get(query.topic() + "-" + query.partition());
        return lookup == null ? CompletableFuture.completedFuture(unknown(query)) : lookup.copy();
    }

    private static PartitionLookup unknown(PartitionQuery query) {
        return new PartitionLookup.Failed(
                LogFailure.of(
                        LogError.UNKNOWN_TOPIC,
                        "there is no " + query.topic() + "-" + query.partition()));
    }
}
