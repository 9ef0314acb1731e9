// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import io.grpc.Context;
import io.grpc.Deadline;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** How long the call that is being handled may take. */
final class CallDeadline {
    private CallDeadline() {}

    /** What is left of the client's deadline, but no more than {@code atMost}. */
    static Duration remaining(Duration atMost) {
        Deadline deadline = Context.current().getDeadline();
        if (deadline == null) {
            return atMost;
        }
        long leftMs = Math.max(0, deadline.timeRemaining(TimeUnit.MILLISECONDS));
        return leftMs < atMost.toMillis() ? Duration.ofMillis(leftMs) : atMost;
    }
}
