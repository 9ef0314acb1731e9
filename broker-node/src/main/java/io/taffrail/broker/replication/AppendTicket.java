// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication;

import io.taffrail.api.LogFailure;
import io.taffrail.logstore.AppendResult;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** What became of an append at once, and what is still to come. */
public sealed interface AppendTicket {
    /**
     * All batches are in the leader's log, now or from before.
     *
     * @param results of each batch: appended or duplicate
     * @param acknowledged completes when the acks are reached: empty, or with why that will not be
     *     known (NOT_COMMITTED_IN_TIME, NOT_LEADER, ...); never fails. Dependents must not block
     */
    record Accepted(
            List<AppendResult> results, CompletableFuture<Optional<LogFailure>> acknowledged)
            implements AppendTicket {}

    /**
     * The batch at {@code batch} was refused, and those after it were not looked at; those before
     * it are in the log.
     */
    record Refused(LogFailure failure, int batch) implements AppendTicket {}
}
