// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model.cluster;

import io.taffrail.model.TopicId;
import io.taffrail.model.TopicPartition;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A topic; its partitions stand beside it in the image.
 *
 * @param configs the topic's own settings, by name; others follow the cluster's defaults
 * @param replicationFactor replicas that each partition should have
 */
public record TopicEntry(
        TopicId topicId,
        String name,
        SortedMap<String, String> configs,
        PartitionerType partitioner,
        int replicationFactor) {
    public TopicEntry {
        TopicPartition.requireTopicName(name);
        configs = Collections.unmodifiableSortedMap(new TreeMap<>(configs));
    }

    /** One of Taffrail's own. */
    public boolean internal() {
        return name.startsWith("__");
    }

    /** The same topic with these settings of its own, and no others. */
    public TopicEntry withConfigs(Map<String, String> own) {
        return new TopicEntry(topicId, name, new TreeMap<>(own), partitioner, replicationFactor);
    }

    /** The same topic, whose partitions shall have so many replicas. */
    public TopicEntry withReplicationFactor(int factor) {
        return new TopicEntry(topicId, name, configs, partitioner, factor);
    }
}
