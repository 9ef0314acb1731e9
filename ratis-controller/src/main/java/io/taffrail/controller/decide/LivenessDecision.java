// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.decide;

import io.taffrail.controller.decide.Command.FenceBroker;
import io.taffrail.controller.decide.Command.UnfenceBroker;
import io.taffrail.model.cluster.BrokerEntry;
import java.util.Optional;

/**
 * Who counts as alive. What was decided about another registration or in another term is void (P6).
 */
final class LivenessDecision {
    private LivenessDecision() {}

    static Decision fence(Draft draft, FenceBroker command) {
        Optional<Refusal> stale =
                stale(draft, command.brokerId(), command.brokerEpoch(), command.decidedTerm());
        if (stale.isPresent()) {
            return draft.refuse(stale.get());
        }
        BrokerEntry broker = draft.image().broker(command.brokerId()).orElseThrow();
        if (!broker.fenced()) {
            draft.put(broker.withFenced(true));
            leaveAll(draft, command.brokerId());
        }
        return draft.accept(new Reply.Done());
    }

    /** Out of all ISRs; who remains in sync takes over. */
    static void leaveAll(Draft draft, int brokerId) {
        draft.forEachReplicaOn(
                brokerId,
                (topic, partition, replica) -> {
                    if (partition.isr().contains(brokerId)) {
                        draft.change(topic, partition, change -> change.leaveIsr(brokerId));
                    }
                });
    }

    static Decision unfence(Draft draft, UnfenceBroker command) {
        Optional<Refusal> stale =
                stale(draft, command.brokerId(), command.brokerEpoch(), command.decidedTerm());
        if (stale.isPresent()) {
            return draft.refuse(stale.get());
        }
        BrokerEntry broker = draft.image().broker(command.brokerId()).orElseThrow();
        if (broker.fenced()) {
            draft.put(broker.withFenced(false));
            for (BrokerEntry.Directory directory : broker.directories()) {
                draft.ledger(draft.ledger().withServed(directory.id(), command.brokerEpoch()));
            }
            draft.forEachReplicaOn(
                    command.brokerId(),
                    (topic, partition, replica) -> {
                        if (partition.leader().isEmpty()) {
                            draft.change(topic, partition, change -> {});
                        }
                    });
        }
        return draft.accept(new Reply.Done());
    }

    private static Optional<Refusal> stale(
            Draft draft, int brokerId, long brokerEpoch, long decidedTerm) {
        return draft.staleBroker(brokerId, brokerEpoch)
                .or(
                        () ->
                                decidedTerm == draft.at().term()
                                        ? Optional.empty()
                                        : Optional.of(
                                                Refusal.staleEpoch(
                                                        "the decision's term",
                                                        decidedTerm,
                                                        draft.at().term())));
    }
}
