// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model.cluster;

import io.taffrail.model.TopicId;
import java.util.OptionalLong;

/** One thing of the cluster as it is from now on, whole, or its end. */
public sealed interface MetadataChange {
    /** A broker, registered or changed. */
    record BrokerChanged(BrokerEntry broker) implements MetadataChange {}

    /** A broker that was unregistered. */
    record BrokerRemoved(int brokerId) implements MetadataChange {}

    /** A topic, created or changed; its partitions come by themselves, after it. */
    record TopicChanged(TopicEntry topic) implements MetadataChange {}

    /** A topic that was deleted with all its partitions. */
    record TopicDeleted(TopicId topicId) implements MetadataChange {}

    /** A partition, created or changed. A topic's partitions are created in order, from 0. */
    record PartitionChanged(PartitionEntry partition) implements MetadataChange {}

    /** The feature level, raised by hand after an upgrade. */
    record FeatureLevelChanged(int featureLevel) implements MetadataChange {}

    /**
     * How many bytes per second each broker may receive for moves; 0: no limit; empty: its own
     * setting.
     */
    record MoveThrottleChanged(OptionalLong bytesPerSecond) implements MetadataChange {}
}
