// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.fetch;

import io.netty.buffer.ByteBuf;
import io.taffrail.api.LogFailure;
import io.taffrail.api.v1.FetchResponse;
import java.util.Optional;

/** What one read of the log brought. */
sealed interface ReadOutcome {
    /**
     * Something to be sent.
     *
     * @param message with records, or with batches that were encoded anew; empty with entries
     * @param entries as they are stored; to be released by whoever has the outcome
     * @param costBytes as {@code FetchResponse.cost_bytes}
     * @param costRecords as {@code FetchResponse.cost_records}
     * @param nextOffset where reading goes on
     */
    record Content(
            FetchResponse.Builder message,
            Optional<ByteBuf> entries,
            long costBytes,
            long costRecords,
            long nextOffset)
            implements ReadOutcome {
        @Override
        public void discard() {
            entries.ifPresent(ByteBuf::release);
        }
    }

    /** Nothing is committed there yet. */
    record Nothing() implements ReadOutcome {}

    /** There is something, less than was asked for. */
    record TooLittle() implements ReadOutcome {}

    /** There is no record before {@code nextOffset}. */
    record Gap(long nextOffset) implements ReadOutcome {}

    /** It cannot go on. */
    record Failed(LogFailure failure) implements ReadOutcome {}

    /** Nobody wants it any more. */
    default void discard() {}
}
