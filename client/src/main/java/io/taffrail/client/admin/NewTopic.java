// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.admin;

import io.taffrail.model.TopicPartition;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * A topic to be made.
 *
 * @param topic 1 to 190 of {@code a-z A-Z 0-9 . _ -}
 * @param partitionCount at least 1; empty: the cluster's default
 * @param replicationFactor replicas of each partition, at least 1; empty: the cluster's default
 * @param configs settings by name, such as {@code retention.ms}; others follow the cluster's
 *     default
 * @param assignments instead of the counts: for each partition in order the ids of its brokers
 * @param validateOnly check everything, and make nothing
 */
public record NewTopic(
        String topic,
        OptionalInt partitionCount,
        OptionalInt replicationFactor,
        Map<String, String> configs,
        List<List<Integer>> assignments,
        boolean validateOnly) {
    public NewTopic {
        TopicPartition.requireTopicName(topic);
        configs = new TreeMap<>(configs);
        assignments = assignments.stream().map(List::copyOf).toList();
    }

    /** With the cluster's defaults. */
    public static NewTopic named(String topic) {
        return new NewTopic(
                topic, OptionalInt.empty(), OptionalInt.empty(), Map.of(), List.of(), false);
    }

    public NewTopic withPartitionCount(int count) {
        return new NewTopic(
                topic,
                OptionalInt.of(count),
                replicationFactor,
                configs,
                assignments,
                validateOnly);
    }

    public NewTopic withReplicationFactor(int factor) {
        return new NewTopic(
                topic, partitionCount, OptionalInt.of(factor), configs, assignments, validateOnly);
    }

    /** With these settings of its own, and no others. */
    public NewTopic withConfigs(Map<String, String> all) {
        return new NewTopic(
                topic, partitionCount, replicationFactor, all, assignments, validateOnly);
    }

    /** With one more setting. */
    public NewTopic withConfig(String name, String value) {
        Map<String, String> more = new TreeMap<>(configs);
        more.put(name, value);
        return withConfigs(more);
    }

    public NewTopic withAssignments(List<List<Integer>> brokerIds) {
        return new NewTopic(
                topic, partitionCount, replicationFactor, configs, brokerIds, validateOnly);
    }

    public NewTopic withValidateOnly(boolean value) {
        return new NewTopic(topic, partitionCount, replicationFactor, configs, assignments, value);
    }
}
