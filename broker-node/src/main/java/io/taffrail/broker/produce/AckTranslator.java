// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.produce;

import io.taffrail.api.v1.ProduceAck;
import io.taffrail.logstore.AppendResult;
import io.taffrail.logstore.producer.SequenceCheck.Stored;
import java.util.List;
import java.util.Optional;

/** What became of a request's batches, as one answer. */
final class AckTranslator {
    private AckTranslator() {}

    /**
     * The answer to a request whose batches are all in the log, at least one. A duplicate that is
     * too old to be remembered has no place, so what would tell it is left out.
     */
    static ProduceAck toProto(int slot, List<AppendResult> results) {
        ProduceAck.Builder ack = ProduceAck.newBuilder().setSlot(slot);
        placeOf(results.get(0)).ifPresent(first -> ack.setBaseOffset(first.baseOffset()));
        placeOf(results.get(results.size() - 1))
                .ifPresent(
                        last ->
                                ack.setLastOffset(last.lastOffset())
                                        .setAppendTimeMs(last.appendTimeMs()));
        return ack.setDuplicate(results.stream().allMatch(AckTranslator::isDuplicate)).build();
    }

    static boolean isDuplicate(AppendResult result) {
        return result instanceof AppendResult.Duplicate;
    }

    /** Where a batch is, now or from before. */
    static Optional<Stored> placeOf(AppendResult result) {
        if (result instanceof AppendResult.Appended appended) {
            return Optional.of(
                    new Stored(
                            appended.baseOffset(), appended.lastOffset(), appended.appendTimeMs()));
        }
        return ((AppendResult.Duplicate) result).stored();
    }
}
