// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.produce;

import io.taffrail.api.LogFailure;
import io.taffrail.broker.replication.AppendTicket;
import io.taffrail.broker.replication.PartitionLeader;

/** What came of handing a request to a partition. */
sealed interface AppendOutcome {
    /** All of it is in the log. */
    record Accepted(AppendTicket.Accepted ticket) implements AppendOutcome {}

    /** Something of it is not. */
    record Refused(Rejection rejection) implements AppendOutcome {}

    /** It was not tried, since one before it failed. */
    record Dropped() implements AppendOutcome {}

    /**
     * Appends, on this thread.
     *
     * @param nowMs the time of records that have none
     */
    static AppendOutcome of(
            PartitionLeader leader, SlotRequest request, SlotTerms terms, long nowMs) {
        AppendTicket ticket;
        try {
            ticket =
                    leader.append(
                            request.batches(nowMs),
                            request.expectedBaseOffset(),
                            terms.acks(),
                            terms.timeout());
        } catch (RejectedRequestException e) {
            return new Refused(e.rejection());
        }
        if (ticket instanceof AppendTicket.Accepted accepted) {
            return new Accepted(accepted);
        }
        AppendTicket.Refused refused = (AppendTicket.Refused) ticket;
        LogFailure failure = request.locate(refused.failure(), refused.batch());
        return new Refused(new Rejection.Failed(failure));
    }
}
