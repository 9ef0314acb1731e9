// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model.cluster;

import static io.taffrail.model.Invariants.check;

import io.taffrail.model.TopicId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A partition as the controllers keep it. Leaders take ISR, ELR and min ISR only together, from one
 * such state (P8).
 *
 * @param replicas in order of the assignment; the first is the preferred leader
 * @param leader the broker that leads; empty: none at present
 * @param leaderEpoch every change of leader bumps it, from 0
 * @param partitionEpoch every change of this state bumps it, from 0
 * @param isr broker ids of the in-sync replicas
 * @param elr broker ids of replicas outside the ISR that hold every committed record (KIP-966)
 * @param lastKnown members that are last known to be complete, while ISR and ELR are empty
 * @param effectiveMinIsr min(min.insync.replicas, target replication factor)
 * @param recovering the leader was elected although records may be lost; the ISR does not grow yet
 * @param adding broker ids a reassignment adds
 * @param removing broker ids a reassignment removes
 */
public record PartitionEntry(
        TopicId topicId,
        int partition,
        List<ReplicaEntry> replicas,
        OptionalInt leader,
        int leaderEpoch,
        long partitionEpoch,
        List<Integer> isr,
        List<Integer> elr,
        List<ReplicaEntry> lastKnown,
        int effectiveMinIsr,
        boolean recovering,
        List<Integer> adding,
        List<Integer> removing) {
    public PartitionEntry {
        replicas = List.copyOf(replicas);
        isr = List.copyOf(isr);
        elr = List.copyOf(elr);
        lastKnown = List.copyOf(lastKnown);
        adding = List.copyOf(adding);
        removing = List.copyOf(removing);
        check(
                leader.isEmpty() || isr.contains(leader.getAsInt()),
                "the leader %s is not in the ISR %s",
                leader,
                isr);
    }

    /** The replica on a broker. */
    public Optional<ReplicaEntry> replicaOn(int brokerId) {
        return replicas.stream().filter(replica -> replica.brokerId() == brokerId).findFirst();
    }

    /** Whether a reassignment is under way. */
    public boolean moving() {
        return !adding.isEmpty() || !removing.isEmpty();
    }

    /** Brokers of the assignment once no reassignment is under way; the preferred leader first. */
    public List<Integer> target() {
        return replicas.stream()
                .map(ReplicaEntry::brokerId)
                .filter(brokerId -> !removing.contains(brokerId))
                .toList();
    }

    public boolean isLedBy(int brokerId) {
        return leader.isPresent() && leader.getAsInt() == brokerId;
    }
}
