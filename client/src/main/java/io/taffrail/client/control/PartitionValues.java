// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.control;

import io.taffrail.client.PartitionRef;
import io.taffrail.client.admin.ReassignmentStatus;
import java.util.OptionalLong;

/** Named partitions and their moves, out of messages and into them. */
final class PartitionValues {
    private PartitionValues() {}

    static io.taffrail.api.v1.PartitionRef message(PartitionRef partition) {
        return io.taffrail.api.v1.PartitionRef.newBuilder()
                .setTopic(partition.topic())
                .setPartition(partition.partition())
                .build();
    }

    static PartitionRef partition(io.taffrail.api.v1.PartitionRef partition) {
        return PartitionRef.of(partition.getTopic(), partition.getPartition());
    }

    static ReassignmentStatus status(io.taffrail.api.v1.ReassignmentStatus status) {
        return new ReassignmentStatus(
                partition(status.getPartition()),
                status.getBrokerIdsList(),
                status.getAddingBrokerIdsList(),
                status.getRemovingBrokerIdsList(),
                status.hasThrottleBytesPerSecond()
                        ? OptionalLong.of(status.getThrottleBytesPerSecond())
                        : OptionalLong.empty(),
                status.hasCopiedBytes()
                        ? OptionalLong.of(status.getCopiedBytes())
                        : OptionalLong.empty(),
                status.hasRemainingBytes()
                        ? OptionalLong.of(status.getRemainingBytes())
                        : OptionalLong.empty());
    }
}
