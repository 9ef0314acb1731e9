// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.admin;

import io.taffrail.model.TopicId;
import java.util.OptionalInt;

/** A piece of news: the thing as it is now. */
public sealed interface ClusterEvent {
    /** Registered or changed. */
    record BrokerChanged(BrokerSummary broker) implements ClusterEvent {}

    /** Unregistered. */
    record BrokerRemoved(int brokerId) implements ClusterEvent {}

    /** Created or changed. */
    record TopicChanged(TopicSummary topic) implements ClusterEvent {}

    /** Deleted. */
    record TopicDeleted(TopicSummary topic) implements ClusterEvent {}

    /** Created or changed; without offsets and progress. */
    record PartitionChanged(String topic, TopicId topicId, PartitionDescription partition)
            implements ClusterEvent {}

    /**
     * Another active controller.
     *
     * @param activeControllerId empty: none is known
     * @param term Raft's
     */
    record ControllerChanged(OptionalInt activeControllerId, long term) implements ClusterEvent {}
}
