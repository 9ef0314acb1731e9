// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.records;

import io.taffrail.cli.CommandFailedException;
import io.taffrail.client.Admin;
import io.taffrail.client.TaffrailClient;
import java.util.OptionalInt;

/** Asks for a topic before it is written or read: a typing error is told at once, and clearly. */
final class TopicCheck {
    private TopicCheck() {}

    /**
     * Gives how many partitions the topic has.
     *
     * @throws io.taffrail.client.TaffrailException if there is no such topic
     * @throws CommandFailedException if it does not have that partition
     */
    static int requirePartition(Admin admin, String topic, OptionalInt partition)
            throws CommandFailedException {
        int partitions = TaffrailClient.await(admin.describeTopic(topic)).partitionCount();
        if (partition.isPresent() && partition.getAsInt() >= partitions) {
            throw new CommandFailedException(
                    "the topic '%s' has no partition %d: the last one is %d"
                            .formatted(topic, partition.getAsInt(), partitions - 1));
        }
        return partitions;
    }
}
