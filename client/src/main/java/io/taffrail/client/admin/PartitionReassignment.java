// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.admin;

import io.taffrail.client.PartitionRef;
import java.util.List;
import java.util.Optional;

/**
 * What to do with one partition.
 *
 * @param target the brokers that shall hold it, all different, the first the preferred leader;
 *     empty: the move that is under way is cancelled
 */
public record PartitionReassignment(PartitionRef partition, Optional<List<Integer>> target) {
    public PartitionReassignment {
        target = target.map(List::copyOf);
    }

    /** Move to these brokers. Replaces a move that is under way. */
    public static PartitionReassignment to(PartitionRef partition, List<Integer> brokerIds) {
        return new PartitionReassignment(partition, Optional.of(brokerIds));
    }

    /** Go back to where it was. */
    public static PartitionReassignment cancel(PartitionRef partition) {
        return new PartitionReassignment(partition, Optional.empty());
    }
}
