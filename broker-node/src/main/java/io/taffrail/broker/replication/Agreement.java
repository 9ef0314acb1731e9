// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication;

import io.taffrail.broker.partition.FollowerOpen;
import io.taffrail.logstore.PartitionLog;
import io.taffrail.logstore.RestartPoint;
import io.taffrail.model.OffsetAndEpoch;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;

/** Whether a follower's log agrees with its leader's (P12, KIP-279). */
final class Agreement {
    private Agreement() {}

    /**
     * What the follower has to do first; empty: the logs agree up to the follower's end.
     *
     * @param overtaken the follower lacks what this log does not have any more
     */
    static Optional<OpenOutcome> of(PartitionLog log, FollowerOpen open, boolean overtaken)
            throws IOException {
        long end = open.logEndOffset();
        if (overtaken) {
            RestartPoint start = log.restartPoint();
            return hasBegunAt(start, open)
                    ? Optional.empty()
                    : Optional.of(new OpenOutcome.Restart(start));
        }
        if (open.lastEpoch().isEmpty()) {
            return end <= log.logEndOffset()
                    ? Optional.empty()
                    : Optional.of(new OpenOutcome.Restart(log.restartPoint()));
        }
        int asked = open.lastEpoch().getAsInt();
        Optional<OffsetAndEpoch> own = log.endOfEpoch(asked);
        if (own.isEmpty()) {
            return Optional.of(new OpenOutcome.Diverged(OptionalInt.empty(), log.logStartOffset()));
        }
        boolean agrees = own.get().leaderEpoch() == asked && end <= own.get().offset();
        return agrees
                ? Optional.empty()
                : Optional.of(
                        new OpenOutcome.Diverged(
                                OptionalInt.of(own.get().leaderEpoch()), own.get().offset()));
    }

    /**
     * Whether the follower did what it was told: it has nothing, begins where the first entry that
     * can be read does, which may be below the log start, and knows which tombstones it will miss:
     * once it leads, it has to tell those who still have what they deleted (P22).
     */
    private static boolean hasBegunAt(RestartPoint start, FollowerOpen open) {
        return open.lastEpoch().isEmpty()
                && open.logEndOffset() == start.offset()
                && open.tombstoneHorizon() >= start.tombstoneHorizon();
    }
}
