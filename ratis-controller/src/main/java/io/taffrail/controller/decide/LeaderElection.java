// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.decide;

import io.taffrail.controller.decide.Command.SuspectLog;
import io.taffrail.controller.decide.Eligibility.Fitness;
import io.taffrail.model.cluster.PartitionEntry;
import io.taffrail.model.cluster.ReplicaEntry;
import io.taffrail.model.cluster.ReplicaFault;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Who leads (P7): the leader if it is valid; else the first of the assignment in the ISR; with an
 * empty ISR, such a member of the ELR; with none but suspects, the one that has most, once all are
 * there (P17); the last leader if the topic says so; anyone if the topic says so; else nobody.
 */
final class LeaderElection {
    /**
     * What an election comes to.
     *
     * @param fromIsr the ISR stays; else it becomes the leader alone
     * @param clean the leader holds every committed record
     */
    record Winner(int brokerId, boolean fromIsr, boolean clean) {}

    private static final Comparator<SuspectLog> BY_WHAT_IT_HAS =
            Comparator.comparingInt((SuspectLog log) -> log.lastEpoch().orElse(-1))
                    .thenComparingLong(SuspectLog::logEndOffset);

    private final PartitionEntry partition;
    private final TopicRules rules;
    private final Eligibility eligibility;
    private final Ledger ledger;

    LeaderElection(
            PartitionEntry partition, TopicRules rules, Eligibility eligibility, Ledger ledger) {
        this.partition = partition;
        this.rules = rules;
        this.eligibility = eligibility;
        this.ledger = ledger;
    }

    /**
     * Elects among what a partition would be without a leader.
     *
     * @param favoured lead before others that are as fit, in this order: an heir, the leader so far
     */
    Optional<Winner> elect(List<Integer> favoured) {
        Optional<Winner> winner =
                fittest(partition.isr(), favoured).map(id -> new Winner(id, true, true));
        if (winner.isPresent() || !partition.isr().isEmpty()) {
            return winner;
        }
        return fittest(partition.elr(), favoured)
                .map(id -> new Winner(id, false, true))
                .or(this::bestSuspect)
                .or(this::lastLeader)
                .or(() -> anyone(favoured));
    }

    private Optional<Integer> fittest(Collection<Integer> members, List<Integer> favoured) {
        Comparator<ReplicaEntry> order =
                Comparator.comparing(eligibility::fitness)
                        .thenComparing(replica -> rank(replica, favoured));
        return partition.replicas().stream()
                .filter(replica -> members.contains(replica.brokerId()))
                .filter(replica -> eligibility.fitness(replica) != Fitness.UNFIT)
                .min(order) // the first in assignment order among equals
                .map(ReplicaEntry::brokerId);
    }

    private static int rank(ReplicaEntry replica, List<Integer> favoured) {
        int at = favoured.indexOf(replica.brokerId());
        return at < 0 ? favoured.size() : at;
    }

    /** P17: any of them may be the only one that has a committed record, so all must be there. */
    private Optional<Winner> bestSuspect() {
        if (partition.elr().isEmpty() || !partition.elr().stream().allMatch(this::isSuspect)) {
            return Optional.empty();
        }
        List<ReplicaEntry> suspects = new ArrayList<>();
        for (ReplicaEntry replica : partition.replicas()) {
            if (ledger.suspect(partition, replica.brokerId()).isPresent()) {
                suspects.add(replica);
            }
        }
        if (suspects.isEmpty() || !suspects.stream().allMatch(eligibility::serves)) {
            return Optional.empty();
        }
        ReplicaEntry best = suspects.get(0);
        for (ReplicaEntry replica : suspects) {
            if (BY_WHAT_IT_HAS.compare(logOf(replica), logOf(best)) > 0) {
                best = replica;
            }
        }
        return Optional.of(unclean(best));
    }

    private boolean isSuspect(int brokerId) {
        return partition.replicaOn(brokerId).orElseThrow().fault() == ReplicaFault.SUSPECT;
    }

    private SuspectLog logOf(ReplicaEntry replica) {
        return ledger.suspect(partition, replica.brokerId()).orElseThrow();
    }

    private Optional<Winner> lastLeader() {
        if (!rules.lastLeaderRecovers() || !partition.elr().isEmpty()) {
            return Optional.empty();
        }
        return partition.lastKnown().stream()
                .limit(1)
                .flatMap(
                        last ->
                                partition
                                        .replicaOn(last.brokerId())
                                        .filter(now -> now.directoryId().equals(last.directoryId()))
                                        .stream())
                .filter(replica -> replica.fault() != ReplicaFault.LOST)
                .filter(eligibility::serves)
                .map(LeaderElection::unclean)
                .findFirst();
    }

    /**
     * Rather one with a log than one whose log is gone; rather one that was asked for; rather one
     * that has been there for long than one that a move adds.
     */
    private Optional<Winner> anyone(List<Integer> favoured) {
        if (!rules.uncleanElection()) {
            return Optional.empty();
        }
        return partition.replicas().stream()
                .filter(eligibility::serves)
                .min(
                        Comparator.comparing(
                                        (ReplicaEntry replica) ->
                                                replica.fault() == ReplicaFault.LOST)
                                .thenComparing(replica -> rank(replica, favoured))
                                .thenComparing(
                                        replica -> partition.adding().contains(replica.brokerId())))
                .map(LeaderElection::unclean);
    }

    private static Winner unclean(ReplicaEntry replica) {
        return new Winner(replica.brokerId(), false, false);
    }
}
