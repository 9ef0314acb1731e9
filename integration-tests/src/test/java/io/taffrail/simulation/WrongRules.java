// SPDX-License-Identifier: Apache-2.0
package io.taffrail.simulation;

import io.taffrail.broker.partition.FollowerState;
import io.taffrail.broker.partition.LeaderState;
import io.taffrail.broker.partition.LeadershipStart;
import io.taffrail.broker.partition.ReplicaRules;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Rules by which leaders or followers are not right. */
record WrongRules(
        Function<LeadershipStart, LeaderState> leaders,
        BiFunction<Integer, Integer, FollowerState> followers)
        implements ReplicaRules {
    static WrongRules ofLeaders(Function<LeadershipStart, LeaderState> leaders) {
        return new WrongRules(leaders, FollowerState::new);
    }

    static WrongRules ofFollowers(BiFunction<Integer, Integer, FollowerState> followers) {
        return new WrongRules(LeaderState::new, followers);
    }

    @Override
    public LeaderState leader(LeadershipStart start) {
        return leaders.apply(start);
    }

    @Override
    public FollowerState follower(int brokerId, int leaderEpoch) {
        return followers.apply(brokerId, leaderEpoch);
    }
}
