// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.partition;

import io.taffrail.model.cluster.PartitionEntry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The change of the ISR that a leader wants: proposed once, again while nobody knows what became of
 * it, until the metadata answers (P9). Owned by {@link LeaderState}, and so by its thread.
 */
final class IsrChange {
    private final ClusterMembers members;
    private final Set<Integer> ineligible = new TreeSet<>(); // until the metadata changes (P9)
    private PendingProposal pending; // null: none

    IsrChange(ClusterMembers members) {
        this.members = members;
    }

    /** Whoever a pending proposal names: it may be a member already (I7). */
    Collection<Integer> proposed() {
        return pending == null ? List.of() : pending.members();
    }

    /** Whether the controller refused it, and nothing has changed since. */
    boolean isIneligible(int brokerId) {
        return ineligible.contains(brokerId);
    }

    /** The metadata changed: who was refused may be taken now. */
    void forgetRefusals() {
        ineligible.clear();
    }

    /** The partition's state is another: older proposals were made, or never will be. */
    void onPartitionEpoch(long partitionEpoch) {
        if (pending != null && partitionEpoch > pending.partitionEpoch()) {
            pending = null;
        }
    }

    /** Nothing is pending: a new proposal may be made. */
    boolean isIdle() {
        return pending == null;
    }

    /** What is to be proposed from now on; not while anything is pending. */
    void begin(PartitionEntry partition, Collection<Integer> isr, boolean recovered) {
        pending = new PendingProposal(proposalOf(partition, isr, recovered));
    }

    /** What has to be sent now: each is given once. */
    Optional<IsrProposal> take(long now) {
        return pending == null ? Optional.empty() : pending.take(now);
    }

    private IsrProposal proposalOf(
            PartitionEntry partition, Collection<Integer> isr, boolean recovered) {
        List<IsrProposal.Member> proposed = new ArrayList<>();
        for (int id : isr) {
            proposed.add(new IsrProposal.Member(id, members.brokerEpoch(id).orElse(-1)));
        }
        return new IsrProposal(
                partition.topicId(),
                partition.partition(),
                partition.leaderEpoch(),
                partition.partitionEpoch(),
                proposed,
                recovered);
    }

    /** The controller's word on the proposal that was taken last, of {@code partition} as it is. */
    void onAnswer(IsrProposal proposal, ProposalAnswer answer, PartitionEntry partition, long now) {
        if (pending == null || pending.partitionEpoch() != proposal.partitionEpoch()) {
            return; // the metadata was quicker
        }
        if (answer instanceof ProposalAnswer.Unknown) {
            pending.unknown(now);
        } else if (answer instanceof ProposalAnswer.Refused refused) {
            ineligible.addAll(refused.ineligible());
            if (refused.ineligible().isEmpty()) {
                ineligible.addAll(pending.members()); // whatever it was: not in a loop
            }
            if (pending.refused(proposalOf(partition, partition.isr(), false), now)) {
                pending = null;
            }
        }
    }
}
