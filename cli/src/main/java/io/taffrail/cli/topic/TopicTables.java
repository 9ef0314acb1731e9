// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.topic;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taffrail.cli.Table;
import io.taffrail.client.admin.ConfigEntry;
import io.taffrail.client.admin.PartitionDescription;
import io.taffrail.client.admin.PartitionOffsets;
import io.taffrail.client.admin.ReplicaDescription;
import io.taffrail.client.admin.ReplicaDescription.State;
import io.taffrail.client.admin.TopicDescription;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** A topic for people. */
public final class TopicTables {
    private TopicTables() {}

    /** Writes the topic, its settings and its partitions. */
    public static void write(TopicDescription topic, OutputStream out) throws IOException {
        String head =
                "%s: partitions %d, replicas of each %d, partitioner %s, id %s%n%n"
                        .formatted(
                                topic.topic(),
                                topic.partitionCount(),
                                topic.replicationFactor(),
                                topic.partitioner(),
                                topic.topicId());
        out.write(head.getBytes(UTF_8));
        if (!topic.configs().isEmpty()) {
            configs(topic.configs()).writeTo(out);
            out.write('\n');
        }
        writePartitions(topic, out);
    }

    /** Writes the topic's partitions alone. */
    public static void writePartitions(TopicDescription topic, OutputStream out)
            throws IOException {
        partitions(topic.partitions()).writeTo(out);
    }

    static Table configs(List<ConfigEntry> configs) {
        Table table = new Table("SETTING", "VALUE", "SET BY");
        for (ConfigEntry config : configs) {
            table.row(
                    config.name(),
                    config.value(),
                    config.source().name().toLowerCase(Locale.ROOT)
                            + (config.readOnly() ? ", fixed" : ""));
        }
        return table;
    }

    private static Table partitions(List<PartitionDescription> partitions) {
        Table table =
                new Table(
                        "PARTITION",
                        "LEADER",
                        "EPOCH",
                        "REPLICAS",
                        "ISR",
                        "ELR",
                        "MIN ISR",
                        "LOG START",
                        "HIGH WATERMARK",
                        "LAG",
                        "NOTES");
        for (PartitionDescription partition : partitions) {
            Optional<PartitionOffsets> offsets = partition.offsets();
            table.row(
                    partition.partition(),
                    cell(partition.leaderId().stream().boxed().findFirst()),
                    partition.leaderEpoch(),
                    list(partition.replicas().stream().map(ReplicaDescription::brokerId).toList()),
                    list(partition.isr()),
                    list(partition.elr()),
                    partition.effectiveMinIsr(),
                    cell(offsets.map(PartitionOffsets::logStartOffset)),
                    cell(offsets.flatMap(o -> o.highWatermark().stream().boxed().findFirst())),
                    lags(partition),
                    String.join("; ", notes(partition)));
        }
        return table;
    }

    private static Object cell(Optional<? extends Number> number) {
        return number.isPresent() ? number.get() : "";
    }

    private static String list(List<Integer> brokerIds) {
        return brokerIds.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    /** Records that each replica lacks, in the order of the replicas; a single one is a number. */
    private static Object lags(PartitionDescription partition) {
        List<ReplicaDescription> replicas = partition.replicas();
        if (replicas.stream().allMatch(replica -> replica.progress().isEmpty())) {
            return "";
        }
        if (replicas.size() == 1) {
            return replicas.get(0).progress().orElseThrow().lagRecords();
        }
        return replicas.stream()
                .map(ReplicaDescription::progress)
                .map(progress -> progress.map(p -> Long.toString(p.lagRecords())).orElse("?"))
                .collect(Collectors.joining(","));
    }

    private static List<String> notes(PartitionDescription partition) {
        List<String> notes = new ArrayList<>();
        if (partition.leaderId().isEmpty()) {
            notes.add("no leader");
        }
        for (ReplicaDescription replica : partition.replicas()) {
            if (replica.state() != State.ONLINE) {
                notes.add(
                        "replica "
                                + replica.brokerId()
                                + " "
                                + replica.state().name().toLowerCase(Locale.ROOT));
            }
        }
        if (partition.recovering()) {
            notes.add("recovering: committed records may be lost");
        }
        if (!partition.addingBrokerIds().isEmpty() || !partition.removingBrokerIds().isEmpty()) {
            notes.add(
                    "moving: adds %s, removes %s"
                            .formatted(partition.addingBrokerIds(), partition.removingBrokerIds()));
        }
        return notes;
    }
}
