// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.fetch;

import io.taffrail.api.v1.Position;
import io.taffrail.broker.replication.PartitionLeader;

/** Places in a leader's log, as readers are told of them. */
final class Places {
    private Places() {}

    /** The offset of the next record, with the epoch of the one before it where that is there. */
    static Position before(PartitionLeader leader, long offset) {
        Position.Builder position = Position.newBuilder().setOffset(offset);
        if (offset > leader.logStartOffset()) {
            leader.epochOf(offset - 1).ifPresent(position::setLeaderEpoch);
        }
        return position.build();
    }

    /**
     * The high watermark; while it is not known (P13) the log start, below which all was committed.
     */
    static long committedEnd(PartitionLeader leader) {
        return leader.highWatermark().orElse(leader.logStartOffset());
    }
}
