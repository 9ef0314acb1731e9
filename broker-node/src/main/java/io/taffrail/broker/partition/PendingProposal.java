// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.partition;

import java.util.List;
import java.util.Optional;

/**
 * A proposal that the metadata has not answered yet (P9). Until then whoever it would bring in
 * counts as a member (I7).
 */
final class PendingProposal {
    private static final long RETRY_NANOS = 100_000_000;

    private final List<Integer> members;
    private IsrProposal proposal;
    private boolean uncertain; // an attempt is out of which nobody knows
    private boolean unsent = true;
    private long notBefore = Long.MIN_VALUE;

    PendingProposal(IsrProposal proposal) {
        this.proposal = proposal;
        this.members = proposal.isr().stream().map(IsrProposal.Member::brokerId).toList();
    }

    /** Whoever was proposed, from the first attempt on. */
    List<Integer> members() {
        return members;
    }

    /** What has to be sent now. */
    Optional<IsrProposal> take(long now) {
        if (!unsent || now < notBefore) {
            return Optional.empty();
        }
        unsent = false;
        return Optional.of(proposal);
    }

    /** Nobody knows what became of it: the same again, after a while. */
    void unknown(long now) {
        uncertain = true;
        unsent = true;
        notBefore = now + RETRY_NANOS;
    }

    /**
     * It was refused. If an earlier attempt is still out, it may yet be made, and its members stay
     * what they are until a proposal of what is committed has passed it: the partition epoch that
     * makes leaves none for the earlier one. Returns whether it is over with that.
     */
    boolean refused(IsrProposal whatIsCommitted, long now) {
        if (!uncertain) {
            return true;
        }
        proposal = whatIsCommitted;
        unsent = true;
        notBefore = now + RETRY_NANOS;
        return false;
    }

    long partitionEpoch() {
        return proposal.partitionEpoch();
    }
}
