// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.produce;

import io.taffrail.api.v1.ProduceOpen;
import io.taffrail.api.v1.Routing;
import io.taffrail.broker.replication.PartitionQuery;
import io.taffrail.model.Acks;
import io.taffrail.model.TopicId;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a client asked for as it opened a slot.
 *
 * @param open in the client's words
 * @param query the partition
 * @param acks of every request of the slot
 * @param timeout how long a request waits for its acks
 */
record SlotTerms(ProduceOpen open, PartitionQuery query, Acks acks, Duration timeout) {
    static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

    /** Reads what was asked for. */
    static SlotTerms of(ProduceOpen open) throws RejectedRequestException {
        RequestRules.requireTopicName("open.topic", open.getTopic());
        Acks acks = RequestRules.acks("open.acks", open.getAcks());
        if (open.getRouting() == Routing.UNRECOGNIZED) {
            throw RejectedRequestException.invalid("open.routing", "is not known here");
        }
        if (open.getTimeoutMs() < 0) {
            throw RejectedRequestException.invalid("open.timeout_ms", "is below 0");
        }
        if (open.hasLeaderEpoch() && open.getLeaderEpoch() < 0) {
            throw RejectedRequestException.invalid("open.leader_epoch", "is below 0");
        }
        PartitionQuery query =
                new PartitionQuery(
                        open.getTopic(),
                        open.getPartition(),
                        topicId(open),
                        open.hasLeaderEpoch()
                                ? OptionalInt.of(open.getLeaderEpoch())
                                : OptionalInt.empty());
        return new SlotTerms(open, query, acks, timeout(open));
    }

    /** Whether another broker than the leader may serve the slot, as a door to it. */
    boolean mayForward() {
        return open.getRouting() != Routing.ROUTING_DIRECT_ONLY;
    }

    private static Optional<TopicId> topicId(ProduceOpen open) throws RejectedRequestException {
        if (open.getTopicId().isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(TopicId.parse(open.getTopicId()));
        } catch (IllegalArgumentException e) {
            throw RejectedRequestException.invalid(
                    "open.topic_id", "is not a UUID in its text form, in lower case");
        }
    }

    private static Duration timeout(ProduceOpen open) {
        return open.getTimeoutMs() == 0 ? DEFAULT_TIMEOUT : Duration.ofMillis(open.getTimeoutMs());
    }
}
