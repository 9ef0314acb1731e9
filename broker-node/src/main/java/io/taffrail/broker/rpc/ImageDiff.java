// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import io.taffrail.model.TopicId;
import io.taffrail.model.cluster.BrokerEntry;
import io.taffrail.model.cluster.MetadataImage;
import io.taffrail.model.cluster.PartitionEntry;
import io.taffrail.model.cluster.TopicImage;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What is different in a later image. Images share what did not change, so that a look at the
 * identity settles most topics; and the streams are lazy, so that a whole cluster is never listed
 * at once.
 */
final class ImageDiff {
    private final MetadataImage before;
    private final MetadataImage now;
    private final Set<Integer> movedBrokers;

    ImageDiff(MetadataImage before, MetadataImage now) {
        this.before = before;
        this.now = now;
        this.movedBrokers = brokersServingOtherwise(before, now);
    }

    /** Brokers that are new or differ, by id. */
    Stream<BrokerEntry> changedBrokers() {
        return now.brokers().stream()
                .filter(broker -> !before.broker(broker.brokerId()).equals(Optional.of(broker)));
    }

    /** Ids of brokers that are no longer registered. */
    Stream<Integer> removedBrokers() {
        return before.brokers().stream()
                .map(BrokerEntry::brokerId)
                .filter(brokerId -> now.broker(brokerId).isEmpty());
    }

    /** Topics that are new, differ, or have another number of partitions, by name. */
    Stream<TopicImage> changedTopics() {
        return topics(now).filter(this::differs);
    }

    private boolean differs(TopicImage topic) {
        Optional<TopicImage> old = before.topic(topic.topic().topicId());
        if (old.isPresent() && same(old.get(), topic)) {
            return false;
        }
        return !old.map(TopicImage::topic).equals(Optional.of(topic.topic()))
                || old.get().partitions().size() != topic.partitions().size();
    }

    /** Topics that are gone, also where another one took the name. */
    Stream<TopicImage> deletedTopics() {
        return topics(before).filter(topic -> now.topic(topic.topic().topicId()).isEmpty());
    }

    /**
     * Partitions that are new or differ, or whose replicas' brokers came or went, by topic name and
     * number.
     */
    Stream<PartitionEntry> changedPartitions() {
        return topics(now).flatMap(this::changedPartitions);
    }

    private Stream<PartitionEntry> changedPartitions(TopicImage topic) {
        Optional<TopicImage> old = before.topic(topic.topic().topicId());
        if (movedBrokers.isEmpty() && old.isPresent() && same(old.get(), topic)) {
            return Stream.empty();
        }
        return topic.partitions().stream()
                .filter(
                        partition ->
                                !unchanged(old, partition)
                                        || partition.replicas().stream()
                                                .anyMatch(
                                                        replica ->
                                                                movedBrokers.contains(
                                                                        replica.brokerId())));
    }

    private static boolean unchanged(Optional<TopicImage> old, PartitionEntry partition) {
        return old.flatMap(topic -> topic.partition(partition.partition()))
                .filter(entry -> same(entry, partition) || entry.equals(partition))
                .isPresent();
    }

    private static Stream<TopicImage> topics(MetadataImage image) {
        return image.topicIdsByName().values().stream().map((TopicId id) -> image.topic(id).get());
    }

    /** Whose replicas are online now and were not, or the other way round. */
    private static Set<Integer> brokersServingOtherwise(MetadataImage before, MetadataImage now) {
        Set<Integer> moved = new HashSet<>();
        for (MetadataImage image : List.of(before, now)) {
            for (BrokerEntry broker : image.brokers()) {
                int id = broker.brokerId();
                if (!Objects.equals(serving(before, id), serving(now, id))) {
                    moved.add(id);
                }
            }
        }
        return moved;
    }

    private static Optional<List<BrokerEntry.Directory>> serving(MetadataImage image, int id) {
        return image.broker(id).filter(broker -> !broker.fenced()).map(BrokerEntry::directories);
    }

    private static <T> boolean same(T one, T other) {
        return one == other;
    }
}
