// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.produce;

import io.taffrail.api.v1.RecordPlace;
import io.taffrail.logstore.AppendResult;
import io.taffrail.logstore.producer.SequenceCheck.Stored;
import java.util.Optional;

/** What became of a share of an Append. */
sealed interface ShareOutcome {
    /** It is in the log, now or from before, and acknowledged. */
    record Appended(AppendResult result) implements ShareOutcome {}

    /** It is not in the log, or perhaps not. */
    record Failed(Rejection rejection) implements ShareOutcome {}

    /** Where the share's record number {@code at} is. */
    static RecordPlace place(ShareOutcome outcome, int partition, int at) {
        RecordPlace.Builder place = RecordPlace.newBuilder().setPartition(partition);
        if (outcome instanceof Failed failed) {
            return place.setError(failed.rejection().toStatus()).build();
        }
        AppendResult result = ((Appended) outcome).result();
        Optional<Stored> stored = AckTranslator.placeOf(result);
        stored.ifPresent(batch -> place.setOffset(batch.baseOffset() + at));
        return place.setDuplicate(AckTranslator.isDuplicate(result)).build();
    }
}
