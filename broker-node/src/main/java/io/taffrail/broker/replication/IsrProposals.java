// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication;

import io.taffrail.broker.partition.IsrProposal;
import io.taffrail.broker.partition.ProposalAnswer;
import java.util.function.Consumer;

/** Takes leaders' proposals to the active controller (P9). Must not block. */
public interface IsrProposals {
    /** Answers each proposal once, on any thread. */
    void propose(IsrProposal proposal, Consumer<ProposalAnswer> answer);
}
