// SPDX-License-Identifier: Apache-2.0
package io.taffrail.api;

import io.taffrail.api.v1.Position;
import io.taffrail.model.OffsetAndEpoch;
import java.util.Optional;

/** Places in a log. */
public final class PositionTranslator {
    private PositionTranslator() {}

    /**
     * The offset of the next record to be read and the epoch of the last one before it. Empty if
     * the epoch is not known, so that nothing can be checked against it.
     */
    public static Optional<OffsetAndEpoch> toModel(Position position) {
        return position.hasLeaderEpoch()
                ? Optional.of(new OffsetAndEpoch(position.getOffset(), position.getLeaderEpoch()))
                : Optional.empty();
    }

    public static Position toProto(OffsetAndEpoch offsetAndEpoch) {
        return Position.newBuilder()
                .setOffset(offsetAndEpoch.offset())
                .setLeaderEpoch(offsetAndEpoch.leaderEpoch())
                .build();
    }
}
