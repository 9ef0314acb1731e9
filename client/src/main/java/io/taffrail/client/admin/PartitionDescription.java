// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.admin;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A partition as the controllers keep it.
 *
 * @param leaderId empty: no leader at present
 * @param leaderEpoch number of its leaderships; counts also while there is no leader
 * @param partitionEpoch version of this state
 * @param replicas in order of the assignment; the first is the preferred leader
 * @param isr broker ids of the in-sync replicas
 * @param elr broker ids of replicas outside the ISR that hold every committed record (KIP-966)
 * @param lastKnownLeaderId the last one to lead while ISR and ELR are empty; empty: not needed
 * @param effectiveMinIsr what acks=all needs in the ISR
 * @param recovering the leader was elected although committed records may be lost
 * @param addingBrokerIds what a reassignment adds
 * @param removingBrokerIds what a reassignment removes
 * @param offsets as the leader says; empty: not asked for, or it did not answer
 */
public record PartitionDescription(
        int partition,
        OptionalInt leaderId,
        int leaderEpoch,
        long partitionEpoch,
        List<ReplicaDescription> replicas,
        List<Integer> isr,
        List<Integer> elr,
        OptionalInt lastKnownLeaderId,
        int effectiveMinIsr,
        boolean recovering,
        List<Integer> addingBrokerIds,
        List<Integer> removingBrokerIds,
        Optional<PartitionOffsets> offsets) {
    public PartitionDescription {
        replicas = List.copyOf(replicas);
        isr = List.copyOf(isr);
        elr = List.copyOf(elr);
        addingBrokerIds = List.copyOf(addingBrokerIds);
        removingBrokerIds = List.copyOf(removingBrokerIds);
    }
}
