// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.decide;

import io.taffrail.controller.decide.Command.PartitionSelector;
import io.taffrail.controller.decide.Eligibility.Fitness;
import io.taffrail.model.cluster.PartitionEntry;
import io.taffrail.model.cluster.ReplicaEntry;
import io.taffrail.model.cluster.TopicImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntPredicate;

/** Partitions that another leads than the preferred leader, which is in sync and fit to (P7). */
public final class MisplacedLeaders {
    private MisplacedLeaders() {}

    /**
     * Finds some of them, by preferred leader.
     *
     * @param settled whether a broker has been alive for long enough to get leaderships back
     * @param atMost how many in all
     */
    public static SortedMap<Integer, List<PartitionSelector>> find(
            ControllerState state, IntPredicate settled, int atMost) {
        SortedMap<Integer, List<PartitionSelector>> byLeader = new TreeMap<>();
        Eligibility eligibility = new Eligibility(state.image(), state.ledger().slow());
        int found = 0;
        for (TopicImage topic : Draft.topics(state.image())) {
            for (PartitionEntry partition : topic.partitions()) {
                Optional<ReplicaEntry> heir =
                        heir(partition, eligibility)
                                .filter(replica -> settled.test(replica.brokerId()))
                                .filter(replica -> !partition.moving());
                if (heir.isPresent() && found < atMost) {
                    found++;
                    byLeader.computeIfAbsent(heir.get().brokerId(), id -> new ArrayList<>())
                            .add(MoveDecision.selector(topic, partition));
                }
            }
        }
        return byLeader;
    }

    /** Those that an election would change, whoever may lead them now. */
    static List<PartitionSelector> selectors(Draft draft, int atMost) {
        Eligibility eligibility = new Eligibility(draft.image(), draft.ledger().slow());
        List<PartitionSelector> misplaced = new ArrayList<>();
        for (TopicImage topic : draft.topics()) {
            for (PartitionEntry partition : topic.partitions()) {
                if (misplaced.size() < atMost && wantsElection(partition, eligibility)) {
                    misplaced.add(MoveDecision.selector(topic, partition));
                }
            }
        }
        return misplaced;
    }

    private static boolean wantsElection(PartitionEntry partition, Eligibility eligibility) {
        return partition.replicas().stream()
                .filter(replica -> partition.isr().contains(replica.brokerId()))
                .filter(replica -> eligibility.fitness(replica) == Fitness.FIT)
                .findFirst()
                .filter(first -> !partition.isLedBy(first.brokerId()))
                .isPresent();
    }

    private static Optional<ReplicaEntry> heir(PartitionEntry partition, Eligibility eligibility) {
        ReplicaEntry preferred = partition.replicas().get(0);
        boolean ledByAnother =
                partition.leader().isPresent() && !partition.isLedBy(preferred.brokerId());
        return ledByAnother
                        && partition.isr().contains(preferred.brokerId())
                        && eligibility.fitness(preferred) == Fitness.FIT
                ? Optional.of(preferred)
                : Optional.empty();
    }
}
