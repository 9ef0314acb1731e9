// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.admin;

import io.taffrail.client.PartitionRef;
import java.util.List;

/**
 * A broker's disk that was given up for lost.
 *
 * @param broker as it is now
 * @param replicaCount replicas that are to be filled anew
 * @param leaderlessPartitions that had their last complete replica there: they have no leader; up
 *     to 1,000 of them
 */
public record LostDisk(
        BrokerSummary broker, int replicaCount, List<PartitionRef> leaderlessPartitions) {
    public LostDisk {
        leaderlessPartitions = List.copyOf(leaderlessPartitions);
    }
}
