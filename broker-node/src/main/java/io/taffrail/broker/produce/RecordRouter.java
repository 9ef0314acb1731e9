// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.produce;

import com.google.protobuf.ByteString;
import io.taffrail.api.v1.NewRecord;
import io.taffrail.broker.replication.PartitionQuery;
import io.taffrail.model.batch.Partitioner;
import io.taffrail.model.cluster.PartitionEntry;
import io.taffrail.model.cluster.PartitionerType;
import io.taffrail.model.cluster.TopicImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * Chooses partitions for records as the topic's partitioner says: by key, and for those without one
 * the same partition for a whole request, another one for the next (KIP-480).
 */
final class RecordRouter {
    private RecordRouter() {}

    /**
     * Splits the records by partition.
     *
     * @param topic has at least one partition
     * @param turn which of the partitions that have a leader is next for records without a key
     */
    static List<AppendShare> route(TopicImage topic, List<NewRecord> records, int turn) {
        int keyless = keylessPartition(topic.partitions(), turn);
        Map<Integer, List<Integer>> byPartition = new TreeMap<>();
        for (int at = 0; at < records.size(); at++) {
            NewRecord newRecord = records.get(at);
            int partition = newRecord.hasKey() ? partitionOf(topic, newRecord.getKey()) : keyless;
            byPartition.computeIfAbsent(partition, none -> new ArrayList<>()).add(at);
        }
        List<AppendShare> shares = new ArrayList<>();
        byPartition.forEach((partition, places) -> shares.add(share(topic, partition, places)));
        return shares;
    }

    private static int partitionOf(TopicImage topic, ByteString key) {
        PartitionerType partitioner = topic.topic().partitioner();
        return switch (partitioner) {
            case MURMUR2 ->
                    Partitioner.partitionOf(key.asReadOnlyByteBuffer(), topic.partitions().size());
        };
    }

    private static int keylessPartition(List<PartitionEntry> partitions, int turn) {
        List<PartitionEntry> led =
                partitions.stream().filter(partition -> partition.leader().isPresent()).toList();
        List<PartitionEntry> candidates = led.isEmpty() ? partitions : led;
        return candidates.get(Math.floorMod(turn, candidates.size())).partition();
    }

    private static AppendShare share(TopicImage topic, int partition, List<Integer> places) {
        return new AppendShare(
                new PartitionQuery(
                        topic.topic().name(),
                        partition,
                        Optional.of(topic.topic().topicId()),
                        OptionalInt.empty()),
                places);
    }
}
