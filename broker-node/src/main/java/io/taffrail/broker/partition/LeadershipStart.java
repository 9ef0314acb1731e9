// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.partition;

import static io.taffrail.model.Invariants.check;

import io.taffrail.model.cluster.PartitionEntry;
import java.time.Duration;

/**
 * What the leader of a partition begins a leader epoch with.
 *
 * @param brokerId the leader
 * @param partition as it was when the broker became its leader
 * @param epochStartOffset the leader's log end: the epoch's first offset
 * @param highWatermark what is known to be committed from before; a hint that may be too low
 * @param lag a member that was not at the log end for as long is out of sync
 * @param now nanoseconds of the clock that the leader is told the time by
 */
public record LeadershipStart(
        int brokerId,
        PartitionEntry partition,
        long epochStartOffset,
        long highWatermark,
        ClusterMembers members,
        Duration lag,
        long now) {
    public LeadershipStart {
        check(partition.isLedBy(brokerId), "broker %d does not lead %s", brokerId, partition);
        check(
                highWatermark <= epochStartOffset,
                "high watermark %d is above the log end %d",
                highWatermark,
                epochStartOffset);
    }
}
