// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication;

import io.taffrail.model.TopicId;
import io.taffrail.model.TopicPartition;
import io.taffrail.model.cluster.PartitionEntry;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which replicas there are on this broker. Changed on the metadata thread alone; looked up from any
 * thread.
 */
final class ReplicaMap {
    /** A partition, whatever its topic is called. */
    private record Key(TopicId topicId, int partition) {
        static Key of(TopicPartition partition) {
            return new Key(partition.topicId(), partition.partition());
        }
    }

    private final Map<Key, LocalReplica> replicas = new ConcurrentHashMap<>();

    /** In no order that means anything, but the same one for the same replicas. */
    Collection<LocalReplica> all() {
        return replicas.values();
    }

    /** Those of one topic, as they are now. */
    List<LocalReplica> ofTopic(TopicId topicId) {
        return all().stream().filter(each -> each.partition().topicId().equals(topicId)).toList();
    }

    Optional<LocalReplica> find(TopicId topicId, int partition) {
        return Optional.ofNullable(replicas.get(new Key(topicId, partition)));
    }

    Optional<LocalReplica> find(PartitionEntry partition) {
        return find(partition.topicId(), partition.partition());
    }

    void add(LocalReplica replica) {
        replicas.put(Key.of(replica.partition()), replica);
    }

    void remove(LocalReplica replica) {
        replicas.remove(Key.of(replica.partition()));
    }
}
