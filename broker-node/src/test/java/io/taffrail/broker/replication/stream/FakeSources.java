// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication.stream;

import io.taffrail.api.LogFailure;
import io.taffrail.broker.replication.ReplicationSource;
import io.taffrail.broker.replication.ReplicationSources;
import io.taffrail.model.LogError;
import io.taffrail.model.TopicId;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** The leaderships that a test gives. Any thread. */
final class FakeSources implements ReplicationSources {
    private record Key(TopicId topicId, int partition) {}

    private final Map<Key, ReplicationSource> sources = new ConcurrentHashMap<>();

    void put(ReplicationSource source) {
        sources.put(new Key(source.partition().topicId(), source.partition().partition()), source);
    }

    @Override
    public CompletableFuture<Lookup> find(TopicId topicId, int partition, int leaderEpoch) {
        ReplicationSource source = sources.get(new Key(topicId, partition));
        return CompletableFuture.completedFuture(
                source != null && source.leaderEpoch() == leaderEpoch
                        ? new Lookup.Found(source)
                        : new Lookup.Failed(
                                LogFailure.of(LogError.STALE_EPOCH, "another epoch has begun")));
    }
}
