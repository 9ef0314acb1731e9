// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import io.taffrail.model.HostPort;
import io.taffrail.model.TopicId;
import io.taffrail.model.cluster.BrokerEntry;
import io.taffrail.model.cluster.DirectoryId;
import io.taffrail.model.cluster.Endpoint;
import io.taffrail.model.cluster.MetadataChange;
import io.taffrail.model.cluster.MetadataChange.BrokerChanged;
import io.taffrail.model.cluster.MetadataChange.PartitionChanged;
import io.taffrail.model.cluster.MetadataChange.TopicChanged;
import io.taffrail.model.cluster.MetadataImage;
import io.taffrail.model.cluster.MetadataVersion;
import io.taffrail.model.cluster.PartitionEntry;
import io.taffrail.model.cluster.PartitionerType;
import io.taffrail.model.cluster.ReplicaEntry;
import io.taffrail.model.cluster.ReplicaFault;
import io.taffrail.model.cluster.TopicEntry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.UUID;

/** Makes images of small clusters: each topic's id follows from its name. */
final class SampleCluster {
    private SampleCluster() {}

    static MetadataImage withBrokers(int... brokerIds) {
        MetadataImage image = MetadataImage.EMPTY.at(new MetadataVersion(1, 1));
        for (int brokerId : brokerIds) {
            image = image.apply(new BrokerChanged(broker(brokerId)));
        }
        return image;
    }

    /** With one more topic, led by the first of the replicas; at the next version. */
    static MetadataImage withTopic(
            MetadataImage image, String name, int partitions, Integer... replicas) {
        MetadataImage more = image.apply(new TopicChanged(topic(name, replicas.length, Map.of())));
        for (int i = 0; i < partitions; i++) {
            more = more.apply(new PartitionChanged(partition(topicId(name), i, replicas)));
        }
        return next(more);
    }

    static MetadataImage after(MetadataImage image, MetadataChange... changes) {
        MetadataImage changed = image;
        for (MetadataChange change : changes) {
            changed = changed.apply(change);
        }
        return next(changed);
    }

    static MetadataImage next(MetadataImage image) {
        MetadataVersion version = image.version();
        return image.at(new MetadataVersion(version.term(), version.index() + 1));
    }

    static TopicId topicId(String name) {
        return TopicId.parse(new UUID(1, name.hashCode()).toString());
    }

    static DirectoryId directoryId(int brokerId) {
        return new DirectoryId(new UUID(2, brokerId));
    }

    static TopicEntry topic(String name, int replicationFactor, Map<String, String> configs) {
        return new TopicEntry(
                topicId(name),
                name,
                new TreeMap<>(configs),
                PartitionerType.MURMUR2,
                replicationFactor);
    }

    static BrokerEntry broker(int id) {
        return new BrokerEntry(
                id,
                100L + id,
                new UUID(3, id),
                List.of(new Endpoint(Endpoint.Kind.API, new HostPort("10.0.0." + id, 9650))),
                Optional.of("rack-" + id),
                List.of(new BrokerEntry.Directory(directoryId(id), false)),
                1,
                id + 2,
                "test",
                1_700_000_000_123L,
                false,
                false,
                false,
                false);
    }

    static PartitionEntry partition(TopicId topicId, int partition, Integer... replicas) {
        return partition(topicId, partition, 0, OptionalInt.of(replicas[0]), replicas);
    }

    static PartitionEntry partition(
            TopicId topicId, int partition, int epoch, OptionalInt leader, Integer... replicas) {
        return new PartitionEntry(
                topicId,
                partition,
                List.of(replicas).stream().map(id -> replica(id, ReplicaFault.NONE)).toList(),
                leader,
                epoch,
                epoch,
                List.of(replicas),
                List.of(),
                List.of(),
                replicas.length / 2 + 1,
                false,
                List.of(),
                List.of());
    }

    static ReplicaEntry replica(int brokerId, ReplicaFault fault) {
        return new ReplicaEntry(brokerId, directoryId(brokerId), true, fault, 0);
    }
}
