// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication;

import io.taffrail.api.LogFailure;
import io.taffrail.model.HostPort;
import io.taffrail.model.LogError;
import io.taffrail.model.TopicPartition;

/** Where a partition is led. */
public sealed interface PartitionLookup {
    /** Here. */
    record Here(PartitionLeader leader) implements PartitionLookup {}

    /** On another broker. */
    record Elsewhere(
            TopicPartition partition, int leaderId, HostPort leaderAddress, int leaderEpoch)
            implements PartitionLookup {
        /** What one who wants to be served here is told: where to go. */
        public LogFailure notLeader() {
            return LogFailure.of(
                            LogError.NOT_LEADER,
                            "broker %d leads %s, at %s"
                                    .formatted(leaderId, partition, leaderAddress))
                    .with("leader_id", leaderId)
                    .with("leader_address", leaderAddress)
                    .with("leader_epoch", leaderEpoch);
        }
    }

    /** Nowhere, or nobody knows: UNKNOWN_TOPIC, LEADER_UNKNOWN, SHUTTING_DOWN. */
    record Failed(LogFailure failure) implements PartitionLookup {}
}
