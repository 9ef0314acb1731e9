// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.fetch;

import io.taffrail.broker.replication.PartitionQuery;
import io.taffrail.model.TopicId;
import java.util.Optional;
import java.util.OptionalInt;

/** Partitions as requests name them. */
final class Queries {
    private Queries() {}

    /**
     * Puts together what a request says of its partition.
     *
     * @param start may come from a newer leader epoch than the one that is named: the newer counts
     *     (P14)
     */
    static PartitionQuery of(
            String topic,
            int partition,
            String topicId,
            boolean hasLeaderEpoch,
            int leaderEpoch,
            StartPoint start)
            throws InvalidRequestException {
        if (topic.isEmpty()) {
            throw new InvalidRequestException("topic", "it is missing");
        }
        OptionalInt named = hasLeaderEpoch ? OptionalInt.of(leaderEpoch) : OptionalInt.empty();
        return new PartitionQuery(
                topic, partition, topicId(topicId), newer(named, start.knownEpoch()));
    }

    private static OptionalInt newer(OptionalInt one, OptionalInt other) {
        if (one.isEmpty() || other.isEmpty()) {
            return one.isPresent() ? one : other;
        }
        return OptionalInt.of(Math.max(one.getAsInt(), other.getAsInt()));
    }

    private static Optional<TopicId> topicId(String text) throws InvalidRequestException {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(TopicId.parse(text));
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException("topic_id", "'" + text + "' is not a topic id");
        }
    }
}
