// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.decide;

import io.taffrail.controller.placement.ReplicaPlace;
import io.taffrail.controller.placement.ReplicaPlacer;
import io.taffrail.model.LogError;
import io.taffrail.model.cluster.MetadataChange;
import io.taffrail.model.cluster.PartitionEntry;
import io.taffrail.model.cluster.ReplicaEntry;
import io.taffrail.model.cluster.ReplicaFault;
import io.taffrail.model.cluster.TopicEntry;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Gives new partitions their replicas and first leaders. */
final class Assignments {
    /** In one command: the answer names each of them, and must fit into a message. */
    static final int MAX_PARTITIONS = 10_000;

    private final Draft draft;
    private final ReplicaPlacer placer;

    Assignments(Draft draft) {
        this.draft = draft;
        this.placer = new ReplicaPlacer(draft.image());
    }

    /** Notes what is wrong with assignments made by hand. */
    void check(List<List<Integer>> assignments, int replicationFactor, Problems problems) {
        for (int i = 0; i < assignments.size(); i++) {
            String field = "assignments[" + i + "]";
            List<Integer> brokers = assignments.get(i);
            problems.addUnless(
                    brokers.size() == replicationFactor,
                    field,
                    field + " names " + brokers.size() + " brokers, not " + replicationFactor);
            problems.addUnless(
                    new HashSet<>(brokers).size() == brokers.size(),
                    field,
                    field + " names a broker twice: " + brokers);
            for (int brokerId : brokers) {
                problems.addUnless(
                        placer.canHold(brokerId),
                        field,
                        "there is no broker " + brokerId + " that can hold a replica");
            }
        }
    }

    /**
     * Why so many replicas cannot be placed: more than there are brokers is a mistake; more than
     * are alive at present passes.
     */
    Optional<Refusal> shortage(int replicationFactor) {
        int registered = draft.image().brokers().size();
        if (replicationFactor > Math.max(1, registered)) {
            return Optional.of(
                    Refusal.of(
                                    LogError.INVALID_CONFIG,
                                    "replication factor "
                                            + replicationFactor
                                            + " is more than there are brokers: "
                                            + registered)
                            .inField("replication_factor"));
        }
        if (replicationFactor > placer.takers()) {
            return Optional.of(
                    Refusal.of(
                                    LogError.NOT_ENOUGH_REPLICAS,
                                    String.format(
                                            "%d brokers take replicas at present, %d are needed",
                                            placer.takers(), replicationFactor))
                            .with("in_sync", placer.takers())
                            .with("required", replicationFactor));
        }
        return Optional.empty();
    }

    /** Adds partitions where they belong by load. */
    void place(TopicEntry topic, int from, int to) {
        for (int partition = from; partition < to; partition++) {
            add(topic, partition, placer.place(topic.replicationFactor()));
        }
    }

    /** Adds partitions where somebody wants them. */
    void placeOn(TopicEntry topic, int from, List<List<Integer>> assignments) {
        for (int i = 0; i < assignments.size(); i++) {
            add(topic, from + i, placer.placeOn(assignments.get(i)));
        }
    }

    private void add(TopicEntry topic, int number, List<ReplicaPlace> places) {
        TopicRules rules = draft.rules(topic);
        Eligibility eligibility = new Eligibility(draft.image(), draft.ledger().slow());
        List<ReplicaEntry> replicas = places.stream().map(place -> created(place, rules)).toList();
        List<Integer> isr =
                replicas.stream().filter(eligibility::serves).map(ReplicaEntry::brokerId).toList();
        PartitionEntry leaderless =
                partition(topic, number, replicas, OptionalInt.empty(), isr, rules);
        OptionalInt leader =
                new LeaderElection(leaderless, rules, eligibility, draft.ledger())
                        .elect(List.of())
                        .map(winner -> OptionalInt.of(winner.brokerId()))
                        .orElse(OptionalInt.empty());
        draft.add(
                new MetadataChange.PartitionChanged(
                        partition(topic, number, replicas, leader, isr, rules)));
    }

    /** An empty log has nothing that is not on disk. */
    private ReplicaEntry created(ReplicaPlace place, TopicRules rules) {
        return new ReplicaEntry(
                place.brokerId(),
                place.directoryId(),
                rules.flushOnCommit(),
                ReplicaFault.NONE,
                draft.at().index());
    }

    private static PartitionEntry partition(
            TopicEntry topic,
            int number,
            List<ReplicaEntry> replicas,
            OptionalInt leader,
            List<Integer> isr,
            TopicRules rules) {
        return new PartitionEntry(
                topic.topicId(),
                number,
                replicas,
                leader,
                0,
                0,
                isr,
                List.of(),
                List.of(),
                rules.effectiveMinIsr(replicas.size()),
                false,
                List.of(),
                List.of());
    }

    /** Whether at least one broker of each assignment is alive: a partition starts with an ISR. */
    Optional<Refusal> nobodyHome(List<List<Integer>> assignments) {
        return assignments.stream()
                .filter(
                        brokers ->
                                brokers.stream()
                                        .noneMatch(
                                                id ->
                                                        draft.image()
                                                                .broker(id)
                                                                .filter(broker -> broker.active())
                                                                .isPresent()))
                .findFirst()
                .map(
                        brokers ->
                                Refusal.of(
                                                LogError.NOT_ENOUGH_REPLICAS,
                                                "none of the brokers " + brokers + " is alive")
                                        .with("in_sync", 0)
                                        .with("required", 1));
    }
}
