// SPDX-License-Identifier: Apache-2.0
package io.taffrail.simulation;

import io.taffrail.broker.partition.ClusterMembers;
import io.taffrail.broker.partition.LeaderState;
import io.taffrail.model.cluster.PartitionEntry;
import java.time.Duration;
import java.util.Collection;
import java.util.List;

/** Leaders that break a rule of I3, I8 or P12. */
class WrongLeaderState extends LeaderState {
    private static final int PLENTY = 100;

    /** What a leader begins with. */
    record Setting(
            int brokerId,
            PartitionEntry partition,
            long epochStartOffset,
            long highWatermark,
            ClusterMembers members,
            Duration lag,
            long now) {}

    private final int brokerId;

    private WrongLeaderState(Setting setting) {
        super(
                setting.brokerId(),
                setting.partition(),
                setting.epochStartOffset(),
                setting.highWatermark(),
                setting.members(),
                setting.lag(),
                setting.now());
        this.brokerId = setting.brokerId();
    }

    static WrongLeaderState countsStaleAcknowledgements(Setting setting) {
        return new WrongLeaderState(setting) {
            @Override
            public boolean holds(int broker, long brokerEpoch, long subscription) {
                return partition().replicaOn(broker).isPresent();
            }
        };
    }

    static WrongLeaderState countsProposedMembers(Setting setting) {
        return new WrongLeaderState(setting) {
            @Override
            protected int membersThatCount() {
                return maximalIsr().size();
            }
        };
    }

    static WrongLeaderState waitsForCommittedMembersOnly(Setting setting) {
        return new WrongLeaderState(setting) {
            @Override
            protected Collection<Integer> maximalIsr() {
                return partition().isr();
            }
        };
    }

    static WrongLeaderState waitsForNobody(Setting setting) {
        return new WrongLeaderState(setting) {
            @Override
            protected Collection<Integer> maximalIsr() {
                return List.of(setting.brokerId());
            }

            @Override
            protected int membersThatCount() {
                return PLENTY;
            }
        };
    }

    static WrongLeaderState letsEverybodyJoin(Setting setting) {
        return new WrongLeaderState(setting) {
            @Override
            protected boolean mayJoin(int broker) {
                return true;
            }
        };
    }

    @Override
    public final String toString() {
        return "a planted bug at broker " + brokerId + ": " + super.toString();
    }
}
