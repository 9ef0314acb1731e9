// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.testing;

import io.taffrail.model.HostPort;
import io.taffrail.model.TopicId;
import io.taffrail.model.cluster.BrokerEntry;
import io.taffrail.model.cluster.DirectoryId;
import io.taffrail.model.cluster.Endpoint;
import io.taffrail.model.cluster.MetadataChange;
import io.taffrail.model.cluster.PartitionEntry;
import io.taffrail.model.cluster.PartitionerType;
import io.taffrail.model.cluster.ReplicaEntry;
import io.taffrail.model.cluster.ReplicaFault;
import io.taffrail.model.cluster.TopicEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.UUID;

/** Brokers and topics as a cluster's metadata has them, with plain values where none matters. */
public final class TestImages {
    private TestImages() {}

    /** An active broker at {@code host:9650}. */
    public static MetadataChange broker(int brokerId, String host) {
        return new MetadataChange.BrokerChanged(
                new BrokerEntry(
                        brokerId,
                        1,
                        new UUID(7, brokerId),
                        List.of(new Endpoint(Endpoint.Kind.API, new HostPort(host, 9650))),
                        Optional.empty(),
                        List.of(new BrokerEntry.Directory(directoryOf(brokerId), false)),
                        1,
                        1,
                        "test",
                        0,
                        false,
                        false,
                        false,
                        false));
    }

    /** A topic with {@code partitions} partitions, all of them on one broker, in epoch 1. */
    public static MetadataChange[] topic(String name, TopicId topicId, int partitions, int leader) {
        List<MetadataChange> changes = new ArrayList<>();
        changes.add(
                new MetadataChange.TopicChanged(
                        new TopicEntry(
                                topicId, name, new TreeMap<>(), PartitionerType.MURMUR2, 1)));
        for (int partition = 0; partition < partitions; partition++) {
            changes.add(partition(topicId, partition, leader, OptionalInt.of(leader), 1));
        }
        return changes.toArray(MetadataChange[]::new);
    }

    /** A partition with one replica. */
    public static MetadataChange partition(
            TopicId topicId, int partition, int replica, OptionalInt leader, int leaderEpoch) {
        return new MetadataChange.PartitionChanged(
                new PartitionEntry(
                        topicId,
                        partition,
                        List.of(
                                new ReplicaEntry(
                                        replica, directoryOf(replica), true, ReplicaFault.NONE, 1)),
                        leader,
                        leaderEpoch,
                        leaderEpoch,
                        List.of(replica),
                        List.of(),
                        List.of(),
                        1,
                        false,
                        List.of(),
                        List.of()));
    }

    private static DirectoryId directoryOf(int brokerId) {
        return new DirectoryId(new UUID(11, brokerId));
    }
}
