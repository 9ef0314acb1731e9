// SPDX-License-Identifier: Apache-2.0
package io.taffrail.simulation;

import io.taffrail.broker.partition.ClusterMembers;
import io.taffrail.broker.partition.FollowerState;
import io.taffrail.broker.partition.LeaderState;
import io.taffrail.broker.partition.ReplicaRules;
import io.taffrail.model.cluster.PartitionEntry;
import java.time.Duration;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Rules by which leaders or followers are not right. */
record WrongRules(
        Function<WrongLeaderState.Setting, LeaderState> leaders,
        BiFunction<Integer, Integer, FollowerState> followers)
        implements ReplicaRules {
    static WrongRules ofLeaders(Function<WrongLeaderState.Setting, LeaderState> leaders) {
        return new WrongRules(leaders, FollowerState::new);
    }

    static WrongRules ofFollowers(BiFunction<Integer, Integer, FollowerState> followers) {
        return new WrongRules(
                setting ->
                        ReplicaRules.PROTOCOL.leader(
                                setting.brokerId(),
                                setting.partition(),
                                setting.epochStartOffset(),
                                setting.highWatermark(),
                                setting.members(),
                                setting.lag(),
                                setting.now()),
                followers);
    }

    @Override
    public LeaderState leader(
            int brokerId,
            PartitionEntry partition,
            long epochStartOffset,
            long highWatermark,
            ClusterMembers members,
            Duration lag,
            long now) {
        return leaders.apply(
                new WrongLeaderState.Setting(
                        brokerId, partition, epochStartOffset, highWatermark, members, lag, now));
    }

    @Override
    public FollowerState follower(int brokerId, int leaderEpoch) {
        return followers.apply(brokerId, leaderEpoch);
    }
}
