// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.decide;

import io.taffrail.controller.decide.Command.UnregisterBroker;
import io.taffrail.model.LogError.CanonicalCode;
import io.taffrail.model.cluster.BrokerEntry;
import io.taffrail.model.cluster.MetadataChange;
import io.taffrail.model.cluster.PartitionEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Forgets a broker that is dead and empty (P11). */
final class UnregisterDecision {
    private UnregisterDecision() {}

    static Decision decide(Draft draft, UnregisterBroker command) {
        int brokerId = command.brokerId();
        Optional<BrokerEntry> broker = draft.image().broker(brokerId);
        if (broker.isEmpty()) {
            return draft.accept(new Reply.Done());
        }
        if (!broker.get().fenced()) {
            return refuse(draft, "broker " + brokerId + " is alive: stop it first");
        }
        List<PartitionEntry> held = new ArrayList<>();
        draft.forEachReplicaOn(brokerId, (topic, partition, replica) -> held.add(partition));
        if (!held.isEmpty()) {
            return refuse(
                    draft,
                    "broker "
                            + brokerId
                            + " still holds "
                            + held.size()
                            + " replicas: move them first");
        }
        draft.add(new MetadataChange.BrokerRemoved(brokerId));
        for (BrokerEntry.Directory directory : broker.get().directories()) {
            draft.ledger(
                    draft.ledger()
                            .withoutServed(directory.id())
                            .withSlow(directory.id(), false)
                            .withLost(directory.id(), false));
        }
        return draft.accept(new Reply.Done());
    }

    private static Decision refuse(Draft draft, String why) {
        return draft.refuse(Refusal.of(CanonicalCode.FAILED_PRECONDITION, why));
    }
}
