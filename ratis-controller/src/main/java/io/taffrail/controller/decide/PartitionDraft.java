// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.decide;

import io.taffrail.controller.decide.LeaderElection.Winner;
import io.taffrail.model.cluster.PartitionEntry;
import io.taffrail.model.cluster.ReplicaEntry;
import io.taffrail.model.cluster.ReplicaFault;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * A change of one partition while it is made. What leaves the ISR while it is below the effective
 * min ISR goes into the ELR, and the ELR ends when the ISR is back there (KIP-966): sound since the
 * high watermark stands still meanwhile (I3). {@link #settle} holds the election and bumps the
 * epochs.
 */
final class PartitionDraft {
    private final PartitionEntry from;
    private final TopicRules rules;
    private final Set<Integer> isr;
    private final Set<Integer> withoutClaim = new TreeSet<>();
    private List<ReplicaEntry> replicas;
    private List<Integer> adding;
    private List<Integer> removing;
    private List<Integer> handTo = List.of();
    private boolean recovering;
    private boolean bumpAnyway;

    PartitionDraft(PartitionEntry from, TopicRules rules) {
        this.from = from;
        this.rules = rules;
        this.isr = new LinkedHashSet<>(from.isr());
        this.replicas = from.replicas();
        this.adding = from.adding();
        this.removing = from.removing();
        this.recovering = from.recovering();
    }

    /** Leaves the ISR; into the ELR by the usual rule. */
    void leaveIsr(int brokerId) {
        isr.remove(brokerId);
    }

    /** Leaves ISR and ELR: it may lack committed records. */
    void dropClaim(int brokerId) {
        isr.remove(brokerId);
        withoutClaim.add(brokerId);
    }

    void proposeIsr(Collection<Integer> members) {
        isr.clear();
        isr.addAll(members);
    }

    void recovered() {
        recovering = false;
    }

    /** The partition epoch rises, also if nothing else changes. */
    void bumpAnyway() {
        bumpAnyway = true;
    }

    /**
     * Replaces a move that is under way by one to these replicas (P11): those that are here already
     * as they are.
     */
    void moveTo(List<ReplicaEntry> target) {
        List<Integer> ids = target.stream().map(ReplicaEntry::brokerId).toList();
        drop(adding.stream().filter(id -> !ids.contains(id)).toList());
        List<ReplicaEntry> leaving =
                replicas.stream().filter(replica -> !ids.contains(replica.brokerId())).toList();
        adding =
                ids.stream()
                        .filter(id -> from.adding().contains(id) || from.replicaOn(id).isEmpty())
                        .toList();
        removing = leaving.stream().map(ReplicaEntry::brokerId).toList();
        replicas = new ArrayList<>(target);
        replicas.addAll(leaving);
    }

    /** Back: what a move has added goes. */
    void cancelMove() {
        drop(adding);
        adding = List.of();
        removing = List.of();
    }

    private void drop(List<Integer> brokerIds) {
        replicas =
                replicas.stream()
                        .filter(replica -> !brokerIds.contains(replica.brokerId()))
                        .toList();
        brokerIds.forEach(this::dropClaim);
    }

    /**
     * P11: the move is over once all that shall be there are in sync; the election follows. Not
     * while the leader recovers from an unclean election: those that leave may have what it lacks.
     */
    private void completeMove() {
        boolean allInSync =
                replicas.stream()
                        .map(ReplicaEntry::brokerId)
                        .filter(id -> !removing.contains(id))
                        .allMatch(isr::contains);
        if (allInSync && !recovering) {
            drop(removing);
            adding = List.of();
            removing = List.of();
        }
    }

    /** The replica is another one from now on, on another disk. */
    void replace(ReplicaEntry replica) {
        editReplica(replica.brokerId(), before -> replica);
    }

    /** Leadership goes to the first of these in the ISR that may lead, before anyone else (P9). */
    void handTo(List<Integer> brokerIds) {
        handTo = brokerIds;
    }

    void fault(int brokerId, ReplicaFault fault) {
        editReplica(brokerId, replica -> with(replica, replica.flushProven(), fault));
    }

    void flushProven(int brokerId, boolean proven) {
        editReplica(brokerId, replica -> with(replica, proven, replica.fault()));
    }

    private static ReplicaEntry with(ReplicaEntry replica, boolean proven, ReplicaFault fault) {
        return new ReplicaEntry(
                replica.brokerId(), replica.directoryId(), proven, fault, replica.placedIndex());
    }

    private void editReplica(int brokerId, UnaryOperator<ReplicaEntry> edit) {
        replicas =
                replicas.stream()
                        .map(
                                replica ->
                                        replica.brokerId() == brokerId
                                                ? edit.apply(replica)
                                                : replica)
                        .toList();
    }

    /** The partition after the change and its election; empty if all is as it was. */
    Optional<PartitionEntry> settle(Eligibility eligibility, Ledger ledger) {
        dropFaultyClaims();
        completeMove();
        List<Integer> elr = elr(isr);
        PartitionEntry leaderless = with(OptionalInt.empty(), isr, elr, lastKnown(elr), recovering);
        Optional<Winner> winner =
                new LeaderElection(leaderless, rules, eligibility, ledger).elect(favoured());
        PartitionEntry to = winner.map(this::led).orElse(leaderless);
        return to.equals(from) && !bumpAnyway ? Optional.empty() : Optional.of(bumped(to));
    }

    /** P19, I10: who is known to be faulty counts only while nobody else has a claim. */
    private void dropFaultyClaims() {
        List<ReplicaEntry> claimants =
                replicas.stream()
                        .filter(replica -> isr.contains(replica.brokerId()) || isInElr(replica))
                        .toList();
        if (claimants.stream().anyMatch(replica -> replica.fault() == ReplicaFault.NONE)) {
            claimants.stream()
                    .filter(replica -> replica.fault() != ReplicaFault.NONE)
                    .forEach(replica -> dropClaim(replica.brokerId()));
        }
    }

    private boolean isInElr(ReplicaEntry replica) {
        return from.elr().contains(replica.brokerId())
                && !withoutClaim.contains(replica.brokerId());
    }

    /** The leader stays where no heir may lead. */
    private List<Integer> favoured() {
        List<Integer> favoured = new ArrayList<>(handTo);
        from.leader().ifPresent(favoured::add);
        return favoured;
    }

    private PartitionEntry led(Winner winner) {
        OptionalInt leader = OptionalInt.of(winner.brokerId());
        if (winner.fromIsr()) {
            return with(leader, isr, elr(isr), List.of(), recovering);
        }
        List<Integer> alone = List.of(winner.brokerId());
        if (winner.clean()) {
            proposeIsr(alone);
            completeMove();
            return with(leader, isr, elr(isr), List.of(), recovering);
        }
        fault(winner.brokerId(), ReplicaFault.NONE); // its log is the truth from now on
        return with(leader, alone, List.of(), List.of(), true);
    }

    /**
     * P8: also a change of the minimum or of the assignment leaves it, as long as the ISR is below
     * the minimum before and after: nothing was committed that its members lack.
     */
    private List<Integer> elr(Collection<Integer> members) {
        if (members.size() >= minIsr()) {
            return List.of();
        }
        Set<Integer> complete = new LinkedHashSet<>(from.elr());
        complete.addAll(from.isr());
        complete.removeAll(members);
        complete.removeAll(withoutClaim);
        return List.copyOf(complete);
    }

    /**
     * P8. While a move adds replicas or takes some away the lower number counts: nobody waits for
     * copies that are being made.
     */
    private int minIsr() {
        int shallBe = replicas.size() - removing.size();
        int were = replicas.size() - adding.size();
        return rules.effectiveMinIsr(Math.min(shallBe, were));
    }

    /** The last one to leave first: it led, or was in sync with the one who did. */
    private List<ReplicaEntry> lastKnown(List<Integer> elr) {
        if (!isr.isEmpty() || !elr.isEmpty()) {
            return List.of();
        }
        if (!from.lastKnown().isEmpty()) {
            return from.lastKnown(); // with the disks that they were on
        }
        List<Integer> members = new ArrayList<>();
        from.leader().ifPresent(members::add);
        addLastFirst(from.isr(), members);
        addLastFirst(from.elr(), members);
        return members.stream()
                .distinct()
                .flatMap(id -> replicas.stream().filter(replica -> replica.brokerId() == id))
                .toList();
    }

    private static void addLastFirst(List<Integer> ids, List<Integer> to) {
        List<Integer> reversed = new ArrayList<>(ids);
        Collections.reverse(reversed);
        to.addAll(reversed);
    }

    private PartitionEntry with(
            OptionalInt leader,
            Collection<Integer> members,
            List<Integer> elr,
            List<ReplicaEntry> lastKnown,
            boolean recoveringNow) {
        return new PartitionEntry(
                from.topicId(),
                from.partition(),
                replicas,
                leader,
                from.leaderEpoch(),
                from.partitionEpoch(),
                List.copyOf(members),
                elr,
                lastKnown,
                minIsr(),
                recoveringNow,
                adding,
                removing);
    }

    private PartitionEntry bumped(PartitionEntry to) {
        boolean leaderChanged = !to.leader().equals(from.leader());
        return new PartitionEntry(
                to.topicId(),
                to.partition(),
                to.replicas(),
                to.leader(),
                from.leaderEpoch() + (leaderChanged ? 1 : 0),
                from.partitionEpoch() + 1,
                to.isr(),
                to.elr(),
                to.lastKnown(),
                to.effectiveMinIsr(),
                to.recovering(),
                to.adding(),
                to.removing());
    }
}
