// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.forward;

import com.google.rpc.Status;

/** What came of a request that was passed on. */
public sealed interface ForwardOutcome<T> {
    /** The leader's answer. */
    record Answered<T>(T answer) implements ForwardOutcome<T> {}

    /** The leader refused it, or the way there broke: the client may be told this as it is. */
    record Failed<T>(Status why) implements ForwardOutcome<T> {}
}
