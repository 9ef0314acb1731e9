// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.partition;

import io.taffrail.model.cluster.PartitionEntry;
import java.time.Duration;

/** Makes the state machines of a broker's replicas. */
public interface ReplicaRules {
    /** Those of the protocol. */
    ReplicaRules PROTOCOL =
            new ReplicaRules() {
                @Override
                public LeaderState leader(
                        int brokerId,
                        PartitionEntry partition,
                        long epochStartOffset,
                        long highWatermark,
                        ClusterMembers members,
                        Duration lag,
                        long now) {
                    return new LeaderState(
                            brokerId,
                            partition,
                            epochStartOffset,
                            highWatermark,
                            members,
                            lag,
                            now);
                }

                @Override
                public FollowerState follower(int brokerId, int leaderEpoch) {
                    return new FollowerState(brokerId, leaderEpoch);
                }
            };

    /** See {@link LeaderState}. */
    LeaderState leader(
            int brokerId,
            PartitionEntry partition,
            long epochStartOffset,
            long highWatermark,
            ClusterMembers members,
            Duration lag,
            long now);

    /** See {@link FollowerState}. */
    FollowerState follower(int brokerId, int leaderEpoch);
}
