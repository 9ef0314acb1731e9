// SPDX-License-Identifier: Apache-2.0
package io.taffrail.simulation;

import io.taffrail.broker.partition.ClusterMembers;
import io.taffrail.broker.partition.FollowerState;
import io.taffrail.broker.partition.LeaderState;
import io.taffrail.broker.partition.ReplicaRules;
import io.taffrail.model.cluster.PartitionEntry;
import java.time.Duration;
import java.util.function.Function;

/** Rules by which followers are right and leaders are not. */
record WrongRules(Function<WrongLeaderState.Setting, WrongLeaderState> wrong)
        implements ReplicaRules {
    @Override
    public LeaderState leader(
            int brokerId,
            PartitionEntry partition,
            long epochStartOffset,
            long highWatermark,
            ClusterMembers members,
            Duration lag,
            long now) {
        return wrong.apply(
                new WrongLeaderState.Setting(
                        brokerId, partition, epochStartOffset, highWatermark, members, lag, now));
    }

    @Override
    public FollowerState follower(int brokerId, int leaderEpoch) {
        return new FollowerState(brokerId, leaderEpoch);
    }
}
