// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.admin;

import io.taffrail.model.TopicId;
import java.util.List;

/**
 * A topic, whole.
 *
 * @param replicationFactor replicas that each partition should have
 * @param internal one of Taffrail's own
 * @param partitioner how clients choose a partition: {@code murmur2}, or {@code unknown}
 * @param configs all settings, by name
 * @param partitions by number
 */
public record TopicDescription(
        String topic,
        TopicId topicId,
        int partitionCount,
        int replicationFactor,
        boolean internal,
        String partitioner,
        List<ConfigEntry> configs,
        List<PartitionDescription> partitions) {
    public TopicDescription {
        configs = List.copyOf(configs);
        partitions = List.copyOf(partitions);
    }
}
