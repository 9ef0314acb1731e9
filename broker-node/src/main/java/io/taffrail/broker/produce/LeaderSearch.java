// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.produce;

import io.taffrail.broker.replication.PartitionLeader;
import io.taffrail.broker.replication.PartitionLookup;

/** What this package does with a partition, by where it is led. */
sealed interface LeaderSearch {
    /** Write to it. */
    record Found(PartitionLeader leader) implements LeaderSearch {}

    /** Another broker leads it, and the client has nothing against this one's passing it on. */
    record Forwarded(PartitionLookup.Elsewhere leader) implements LeaderSearch {}

    /** Say so. */
    record Refused(Rejection rejection) implements LeaderSearch {}

    /**
     * The one place that decides.
     *
     * @param mayForward false: the client is told where to go, or a door that took the one hop is
     */
    static LeaderSearch of(PartitionLookup lookup, boolean mayForward) {
        if (lookup instanceof PartitionLookup.Here here) {
            return new Found(here.leader());
        }
        if (lookup instanceof PartitionLookup.Elsewhere elsewhere) {
            return mayForward
                    ? new Forwarded(elsewhere)
                    : new Refused(new Rejection.Failed(elsewhere.notLeader()));
        }
        return new Refused(new Rejection.Failed(((PartitionLookup.Failed) lookup).failure()));
    }
}
