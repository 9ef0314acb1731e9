// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication;

import io.taffrail.api.LogFailure;
import io.taffrail.model.HostPort;

/** Where a partition is led. */
public sealed interface PartitionLookup {
    /** Here. */
    record Here(PartitionLeader leader) implements PartitionLookup {}

    /** On another broker. */
    record Elsewhere(int leaderId, HostPort leaderAddress, int leaderEpoch)
            implements PartitionLookup {}

    /** Nowhere, or nobody knows: UNKNOWN_TOPIC, LEADER_UNKNOWN, SHUTTING_DOWN. */
    record Failed(LogFailure failure) implements PartitionLookup {}
}
