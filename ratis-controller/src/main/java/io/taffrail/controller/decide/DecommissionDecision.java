// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.decide;

import io.taffrail.controller.decide.Command.DecommissionBroker;
import io.taffrail.controller.placement.ReplicaPlacer;
import io.taffrail.model.cluster.BrokerEntry;
import java.util.Optional;

/** A broker is to be emptied: the moves themselves are begun a few at a time. Or it stays. */
final class DecommissionDecision {
    private DecommissionDecision() {}

    static Decision decide(Draft draft, DecommissionBroker command) {
        int brokerId = command.brokerId();
        Optional<BrokerEntry> broker = draft.image().broker(brokerId);
        if (broker.isEmpty()) {
            return draft.refuse(MoveDecision.unknownBroker(brokerId));
        }
        MoveDecision.throttle(draft, command.throttle());
        boolean leaves = !command.cancel();
        if (broker.get().decommissioning() != leaves) {
            draft.put(broker.get().withDecommissioning(leaves));
        }
        if (command.cancel()) {
            cancelMovesOff(draft, brokerId);
        }
        return draft.accept(new Reply.Done());
    }

    /** But those whose added replicas are needed (P11): these go on. */
    private static void cancelMovesOff(Draft draft, int brokerId) {
        Moving moving = new Moving(draft, new ReplicaPlacer(draft.image()));
        draft.forEachReplicaOn(
                brokerId,
                (topic, partition, replica) -> {
                    if (partition.removing().contains(brokerId)
                            && ReassignDecision.tooFewLeft(partition, partition.adding())
                                    .isEmpty()) {
                        moving.cancel(topic, partition);
                    }
                });
    }
}
