// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication;

import io.taffrail.api.LogFailure;
import io.taffrail.logstore.RestartPoint;
import java.util.OptionalInt;

/** A leader's answer to a follower that opens (P12). */
public sealed interface OpenOutcome {
    /** The logs agree up to the follower's end: runs follow from there. */
    record Accepted(ReplicaSubscription subscription) implements OpenOutcome {}

    /**
     * The logs part: the follower cuts and opens again (KIP-279).
     *
     * @param leaderEpoch the largest that the leader has at or below the asked one; empty: none
     * @param endOffset exclusive end of that epoch in the leader's log
     */
    record Diverged(OptionalInt leaderEpoch, long endOffset) implements OpenOutcome {}

    /** The follower's log is of no use: it drops it and opens again from there. */
    record Restart(RestartPoint from) implements OpenOutcome {}

    /** Not here, not now, or not by this follower. */
    record Refused(LogFailure why) implements OpenOutcome {}
}
