// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.reassign;

import io.taffrail.cli.topic.TopicName;
import io.taffrail.client.Admin;
import io.taffrail.client.PartitionRef;
import io.taffrail.client.TaffrailClient;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import picocli.CommandLine.Option;

/** The options {@code --topic} and {@code --partition}, which name partitions. */
final class PartitionOptions {
    @Option(
            names = "--topic",
            paramLabel = "NAME",
            converter = TopicName.class,
            description = "Only this topic.")
    private String topic;

    @Option(
            names = "--partition",
            paramLabel = "P",
            split = ",",
            description = "Only these partitions of it, from 0, separated by commas.")
    private List<Integer> partitions = List.of();

    /** What is wrong with them; empty: nothing. */
    Optional<String> fault() {
        if (topic == null && !partitions.isEmpty()) {
            return Optional.of("--partition needs --topic");
        }
        return partitions.stream().anyMatch(partition -> partition < 0)
                ? Optional.of("--partition must not be negative")
                : Optional.empty();
    }

    /** Empty: all. */
    Optional<String> topic() {
        return Optional.ofNullable(topic);
    }

    /** Those that are named one by one; none: all of the topic, or of all topics. */
    List<PartitionRef> named() {
        return partitions.stream().map(partition -> PartitionRef.of(topic, partition)).toList();
    }

    /** Whether a partition is among them. */
    Predicate<PartitionRef> filter() {
        return partition ->
                (topic == null || topic.equals(partition.topic()))
                        && (partitions.isEmpty() || partitions.contains(partition.partition()));
    }

    /** All that they mean. Only with a topic. */
    List<PartitionRef> expand(Admin admin) {
        if (!partitions.isEmpty()) {
            return named();
        }
        return TaffrailClient.await(admin.describeTopic(topic)).partitions().stream()
                .map(partition -> PartitionRef.of(topic, partition.partition()))
                .toList();
    }
}
