// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.decide;

import io.taffrail.controller.decide.Command.DrainBroker;
import io.taffrail.controller.placement.ReplicaPlacer;
import io.taffrail.model.cluster.BrokerEntry;
import io.taffrail.model.cluster.PartitionEntry;
import io.taffrail.model.cluster.ReplicaEntry;
import io.taffrail.model.cluster.TopicEntry;
import io.taffrail.model.cluster.TopicImage;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Moves a broker's replicas elsewhere, some at a time: which ones and where to is decided against
 * the state as it is then, so that any active controller goes on where the one before left off.
 */
public final class DrainDecision {
    private final Draft draft;
    private final DrainBroker command;
    private final ReplicaPlacer placer;
    private int underWay;

    private DrainDecision(Draft draft, DrainBroker command) {
        this.draft = draft;
        this.command = command;
        this.placer = new ReplicaPlacer(draft.image());
    }

    static Decision decide(Draft draft, DrainBroker command) {
        boolean leaves =
                draft.image()
                        .broker(command.brokerId())
                        .filter(BrokerEntry::decommissioning)
                        .isPresent();
        if (leaves) {
            new DrainDecision(draft, command).drain();
        }
        return draft.accept(new Reply.Done());
    }

    private void drain() {
        draft.forEachReplicaOn(
                command.brokerId(),
                (topic, partition, replica) -> {
                    if (partition.removing().contains(command.brokerId())) {
                        underWay++;
                    }
                });
        draft.forEachReplicaOn(
                command.brokerId(), (topic, partition, replica) -> move(topic, partition));
    }

    private void move(TopicEntry topic, PartitionEntry partition) {
        if (partition.moving() || underWay >= command.maxMoves()) {
            return;
        }
        OptionalInt successor = successor(placer, partition, command.brokerId());
        if (successor.isPresent()) {
            underWay++;
            new Moving(draft, placer).moveTo(topic, partition, target(partition, successor));
        }
    }

    /** In the same place, so that leaderships go on being spread as they were. */
    private List<Integer> target(PartitionEntry partition, OptionalInt successor) {
        return partition.target().stream()
                .map(id -> id == command.brokerId() ? successor.getAsInt() : id)
                .toList();
    }

    private static OptionalInt successor(
            ReplicaPlacer placer, PartitionEntry partition, int brokerId) {
        return placer.successor(
                partition.replicas().stream().map(ReplicaEntry::brokerId).toList(), brokerId);
    }

    /**
     * Partitions that cannot leave a broker at present: nobody else takes them, or one of those who
     * shall have them is not alive.
     */
    public static List<PartitionEntry> stuck(ControllerState state, int brokerId, int atMost) {
        ReplicaPlacer placer = new ReplicaPlacer(state.image());
        Eligibility eligibility = new Eligibility(state.image(), state.ledger().slow());
        List<PartitionEntry> stuck = new ArrayList<>();
        for (TopicImage topic : Draft.topics(state.image())) {
            for (PartitionEntry partition : topic.partitions()) {
                if (stuck.size() < atMost
                        && partition.replicaOn(brokerId).isPresent()
                        && isStuck(partition, brokerId, placer, eligibility)) {
                    stuck.add(partition);
                }
            }
        }
        return stuck;
    }

    private static boolean isStuck(
            PartitionEntry partition, int brokerId, ReplicaPlacer placer, Eligibility eligibility) {
        if (partition.moving()) {
            return partition.target().stream()
                    .anyMatch(id -> !eligibility.serves(partition.replicaOn(id).orElseThrow()));
        }
        return successor(placer, partition, brokerId).isEmpty();
    }
}
