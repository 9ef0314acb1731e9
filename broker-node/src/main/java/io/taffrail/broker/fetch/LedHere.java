// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.fetch;

import com.google.rpc.Status;
import io.taffrail.broker.replication.PartitionLeader;
import io.taffrail.broker.replication.PartitionLookup;

/** The one place that decides what becomes of a request by where its partition is led. */
sealed interface LedHere {
    /** It is served. */
    record Yes(PartitionLeader leader) implements LedHere {}

    /** It is answered with a failure. */
    record No(Status status) implements LedHere {}

    static LedHere of(PartitionLookup lookup) {
        if (lookup instanceof PartitionLookup.Here here) {
            return new Yes(here.leader());
        }
        if (lookup instanceof PartitionLookup.Elsewhere elsewhere) {
            return new No(Failures.status(Failures.notLeader(elsewhere)));
        }
        return new No(Failures.status(((PartitionLookup.Failed) lookup).failure()));
    }
}
