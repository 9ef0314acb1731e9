// SPDX-License-Identifier: Apache-2.0
package io.taffrail.simulation.raft;

import io.taffrail.controller.decide.ControllerState;
import java.util.List;

/** What members say to each other, as in the Raft paper. */
sealed interface SimRaftMessage {
    long term();

    record VoteRequest(long term, long lastIndex, long lastTerm) implements SimRaftMessage {}

    record VoteAnswer(long term, boolean granted) implements SimRaftMessage {}

    record Append(
            long term,
            long previousIndex,
            long previousTerm,
            List<SimRaftDisk.Entry> entries,
            long commitIndex)
            implements SimRaftMessage {}

    record Install(long term, ControllerState snapshot) implements SimRaftMessage {}

    /** Answers the two before it. */
    record AppendAnswer(long term, boolean matches, long matchIndex) implements SimRaftMessage {}
}
