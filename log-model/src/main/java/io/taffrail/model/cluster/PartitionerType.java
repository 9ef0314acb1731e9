// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model.cluster;

/** How clients choose a partition; recorded in the topic, so that all of them agree. */
public enum PartitionerType {
    /** {@link io.taffrail.model.batch.Partitioner}: as Kafka's default. */
    MURMUR2
}
