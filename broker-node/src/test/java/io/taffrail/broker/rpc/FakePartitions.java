// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import io.taffrail.api.LogFailure;
import io.taffrail.broker.replication.PartitionLookup;
import io.taffrail.broker.replication.PartitionQuery;
import io.taffrail.broker.replication.Partitions;
import io.taffrail.model.LogError;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** Partitions by topic name and number; all others are unknown. */
final class FakePartitions implements Partitions {
    private final Map<String, CompletableFuture<PartitionLookup>> lookups =
            new ConcurrentHashMap<>();

    void put(String topic, int partition, PartitionLookup lookup) {
        lookups.put(topic + "-" + partition, CompletableFuture.completedFuture(lookup));
    }

    @Override
    public CompletableFuture<PartitionLookup> find(PartitionQuery query) {
        PartitionLookup unknown =
                new PartitionLookup.Failed(
                        LogFailure.of(LogError.UNKNOWN_TOPIC, "no topic " + query.topic()));
        return lookups.getOrDefault(
                query.topic() + "-" + query.partition(),
                CompletableFuture.completedFuture(unknown));
    }
}
