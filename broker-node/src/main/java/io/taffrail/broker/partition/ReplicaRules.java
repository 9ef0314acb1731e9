// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.partition;

/** Makes the state machines of a broker's replicas. */
public interface ReplicaRules {
    /** Those of the protocol. */
    ReplicaRules PROTOCOL =
            new ReplicaRules() {
                @Override
                public LeaderState leader(LeadershipStart start) {
                    return new LeaderState(start);
                }

                @Override
                public FollowerState follower(int brokerId, int leaderEpoch) {
                    return new FollowerState(brokerId, leaderEpoch);
                }
            };

    /** See {@link LeaderState}. */
    LeaderState leader(LeadershipStart start);

    /** See {@link FollowerState}. */
    FollowerState follower(int brokerId, int leaderEpoch);
}
