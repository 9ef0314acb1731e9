// SPDX-License-Identifier: Apache-2.0
package io.taffrail.simulation;

import io.taffrail.broker.partition.FollowerState;
import io.taffrail.model.OffsetAndEpoch;
import java.util.Optional;

/** Followers that break P12. */
class WrongFollowerState extends FollowerState {
    private WrongFollowerState(int brokerId, int leaderEpoch) {
        super(brokerId, leaderEpoch);
    }

    static FollowerState cutsNothing(int brokerId, int leaderEpoch) {
        return new WrongFollowerState(brokerId, leaderEpoch) {
            @Override
            public long cutOffset(
                    long leaderEndOffset, Optional<OffsetAndEpoch> ownEnd, long logStart) {
                return Long.MAX_VALUE;
            }
        };
    }
}
