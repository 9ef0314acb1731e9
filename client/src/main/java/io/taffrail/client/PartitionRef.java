// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client;

import io.taffrail.model.TopicPartition;

/**
 * One partition, by the names that people use.
 *
 * @param topic the topic's name
 * @param partition from 0
 */
public record PartitionRef(String topic, int partition) {
    public PartitionRef {
        TopicPartition.requireTopicName(topic);
        if (partition < 0) {
            throw new IllegalArgumentException("partition " + partition + " is negative");
        }
    }

    public static PartitionRef of(String topic, int partition) {
        return new PartitionRef(topic, partition);
    }

    @Override
    public String toString() {
        return topic + "-" + partition;
    }
}
