// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication;

import io.taffrail.model.TopicPartition;
import io.taffrail.model.cluster.MetadataImage;
import io.taffrail.model.cluster.PartitionEntry;
import io.taffrail.model.cluster.ReplicaEntry;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which partitions the metadata places on this broker, in the directory that it has. */
final class Placement {
    private final ReplicaEnvironment environment;

    Placement(ReplicaEnvironment environment) {
        this.environment = environment;
    }

    boolean isHere(PartitionEntry partition) {
        return partition
                .replicaOn(environment.brokerId())
                .map(ReplicaEntry::directoryId)
                .filter(environment.directoryId()::equals)
                .isPresent();
    }

    /** Whether {@code image} still places a replica here. */
    boolean isHere(TopicPartition partition, MetadataImage image) {
        Optional<PartitionEntry> entry =
                image.partition(partition.topicId(), partition.partition());
        return entry.filter(this::isHere).isPresent();
    }

    /** All that {@code image} places here. */
    List<PartitionEntry> of(MetadataImage image) {
        List<PartitionEntry> here = new ArrayList<>();
        image.forEachPartition(
                partition -> {
                    if (isHere(partition)) {
                        here.add(partition);
                    }
                });
        return here;
    }

    /** The names of their logs' directories. */
    static Set<String> directoryNames(List<PartitionEntry> partitions, MetadataImage image) {
        Set<String> names = new HashSet<>();
        partitions.forEach(partition -> names.add(named(partition, image).directoryName()));
        return names;
    }

    /** A partition as it is called. */
    static TopicPartition named(PartitionEntry partition, MetadataImage image) {
        String topic = image.topic(partition.topicId()).orElseThrow().topic().name();
        return new TopicPartition(topic, partition.topicId(), partition.partition());
    }
}
