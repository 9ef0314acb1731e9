// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.fetch;

import com.google.rpc.Status;
import io.taffrail.broker.replication.PartitionLeader;
import io.taffrail.broker.replication.PartitionLookup;

/** The one place that decides what becomes of a request by where its partition is led. */
sealed interface LedHere {
    /** It is served. */
    record Yes(PartitionLeader leader) implements LedHere {}

    /** It is passed on to the leader. */
    record Forwarded(PartitionLookup.Elsewhere leader) implements LedHere {}

    /** It is answered with a failure. */
    record No(Status status) implements LedHere {}

    /**
     * Decides.
     *
     * @param mayForward false: the client is told where to go, or a door that took the one hop is
     */
    static LedHere of(PartitionLookup lookup, boolean mayForward) {
        if (lookup instanceof PartitionLookup.Here here) {
            return new Yes(here.leader());
        }
        if (lookup instanceof PartitionLookup.Elsewhere elsewhere) {
            return mayForward
                    ? new Forwarded(elsewhere)
                    : new No(Failures.status(elsewhere.notLeader()));
        }
        return new No(Failures.status(((PartitionLookup.Failed) lookup).failure()));
    }
}
