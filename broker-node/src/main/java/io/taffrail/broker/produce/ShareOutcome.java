// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.produce;

import io.taffrail.api.v1.ProduceAck;
import io.taffrail.api.v1.RecordPlace;
import io.taffrail.broker.forward.ForwardedAck;
import io.taffrail.logstore.AppendResult;
import io.taffrail.logstore.producer.SequenceCheck.Stored;
import java.util.Optional;
import java.util.OptionalLong;

/** What became of a share of an Append. */
sealed interface ShareOutcome {
    /**
     * It is in the log, now or from before, and acknowledged.
     *
     * @param baseOffset of its first record; empty if it is too long ago to be remembered
     * @param leaderEpoch in which that was answered
     */
    record Appended(OptionalLong baseOffset, boolean duplicate, int leaderEpoch)
            implements ShareOutcome {
        static Appended of(AppendResult result, int leaderEpoch) {
            Optional<Stored> stored = AckTranslator.placeOf(result);
            return new Appended(
                    stored.isPresent()
                            ? OptionalLong.of(stored.get().baseOffset())
                            : OptionalLong.empty(),
                    AckTranslator.isDuplicate(result),
                    leaderEpoch);
        }

        /** By what another broker answered. */
        static Appended of(ForwardedAck answer) {
            ProduceAck ack = answer.ack();
            return new Appended(
                    ack.hasBaseOffset()
                            ? OptionalLong.of(ack.getBaseOffset())
                            : OptionalLong.empty(),
                    ack.getDuplicate(),
                    answer.leaderEpoch());
        }
    }

    /** It is not in the log, or perhaps not. */
    record Failed(Rejection rejection) implements ShareOutcome {}

    /** Where the share's record number {@code at} is. */
    static RecordPlace place(ShareOutcome outcome, int partition, int at) {
        RecordPlace.Builder place = RecordPlace.newBuilder().setPartition(partition);
        if (outcome instanceof Failed failed) {
            return place.setError(failed.rejection().toStatus()).build();
        }
        Appended appended = (Appended) outcome;
        appended.baseOffset().ifPresent(base -> place.setOffset(base + at));
        return place.setDuplicate(appended.duplicate())
                .setLeaderEpoch(appended.leaderEpoch())
                .build();
    }
}
