// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.admin;

import io.taffrail.client.PartitionRef;
import java.util.List;
import java.util.OptionalInt;

/**
 * Elections to hold.
 *
 * @param partitions up to 10,000; none: every partition for which such an election would change
 *     something, which an unclean one does not take
 * @param leaderId who shall lead; empty: the first of the assignment that may. Needs partitions.
 */
public record Election(Type type, List<PartitionRef> partitions, OptionalInt leaderId) {
    public Election {
        partitions = List.copyOf(partitions);
    }

    /** Kinds of election. */
    public enum Type {
        /** Among the in-sync replicas: no committed record is lost. */
        CLEAN,
        /**
         * For a partition without a leader, out of all replicas that live: committed records may be
         * lost.
         */
        UNCLEAN
    }

    /** Hands leadership back to the preferred leader of each partition. */
    public static Election ofPreferred(List<PartitionRef> partitions) {
        return new Election(Type.CLEAN, partitions, OptionalInt.empty());
    }
}
