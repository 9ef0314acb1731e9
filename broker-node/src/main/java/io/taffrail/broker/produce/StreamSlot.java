// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.produce;

import io.taffrail.api.LogFailure;
import io.taffrail.broker.replication.PartitionLookup.Elsewhere;
import io.taffrail.model.LogError;

/** A slot as its stream sees it, wherever its requests go. Belongs to the stream's turn. */
interface StreamSlot {
    /** Whom a slot tells what it cannot settle by itself. */
    interface Owner {
        /** The slot ended by itself. */
        void onClosed(StreamSlot slot, Rejection why);

        /** Another slot has to take this one's place. */
        void onLedElsewhere(ProduceSlot slot, SlotTerms terms, Elsewhere leader);
    }

    int number();

    /** Takes a request that keeps the rules; after a failure it is passed over. */
    void take(SlotRequest request);

    /** A message that breaks a rule; those before it are appended and answered. */
    void refuse(Rejection why);

    /** Whether nothing that was taken is left to be done. */
    boolean isIdle();

    /** Appends nothing more; what is in the log is still answered. */
    void stop();

    /** Lets go of everything, and says nothing. */
    void abandon();

    /** Says that an open slot is open, if nothing was said of it for {@code silence}. */
    void breakSilence(long silenceNanos);

    static Rejection tooManyInFlight(ProduceLimits limits) {
        return new Rejection.Failed(
                LogFailure.of(
                        LogError.OVERLOADED,
                        "more than "
                                + limits.maxInFlight()
                                + " requests of the slot are unanswered"));
    }
}
