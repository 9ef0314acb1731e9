// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.admin;

import io.taffrail.client.PartitionRef;
import java.util.List;
import java.util.OptionalLong;

/**
 * How far the emptying of a broker is.
 *
 * @param broker as it is now
 * @param remainingReplicaCount replicas still assigned to it; 0: it may be stopped
 * @param remainingBytes still to be copied off it; empty: not known
 * @param stuckPartitions that can move nowhere, as too few brokers, racks or disks are left
 */
public record DecommissionStatus(
        BrokerSummary broker,
        int remainingReplicaCount,
        OptionalLong remainingBytes,
        List<PartitionRef> stuckPartitions) {
    public DecommissionStatus {
        stuckPartitions = List.copyOf(stuckPartitions);
    }
}
