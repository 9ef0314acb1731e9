// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.produce;

import io.taffrail.api.LogFailure;
import io.taffrail.broker.replication.PartitionLeader;
import io.taffrail.broker.replication.PartitionLookup;
import io.taffrail.model.LogError;

/** What this package does with a partition, by where it is led. */
sealed interface LeaderSearch {
    /** Write to it. */
    record Found(PartitionLeader leader) implements LeaderSearch {}

    /** Say so. */
    record Refused(Rejection rejection) implements LeaderSearch {}

    /**
     * The one place that decides: what another broker leads is not written from here, and the
     * client is told where to go, whatever its {@code routing}.
     */
    static LeaderSearch of(PartitionLookup lookup) {
        if (lookup instanceof PartitionLookup.Here here) {
            return new Found(here.leader());
        }
        if (lookup instanceof PartitionLookup.Elsewhere elsewhere) {
            return new Refused(new Rejection.Failed(notLeader(elsewhere)));
        }
        return new Refused(new Rejection.Failed(((PartitionLookup.Failed) lookup).failure()));
    }

    private static LogFailure notLeader(PartitionLookup.Elsewhere elsewhere) {
        return LogFailure.of(
                        LogError.NOT_LEADER,
                        "broker "
                                + elsewhere.leaderId()
                                + " leads the partition, at "
                                + elsewhere.leaderAddress())
                .with("leader_id", elsewhere.leaderId())
                .with("leader_address", elsewhere.leaderAddress())
                .with("leader_epoch", elsewhere.leaderEpoch());
    }
}
