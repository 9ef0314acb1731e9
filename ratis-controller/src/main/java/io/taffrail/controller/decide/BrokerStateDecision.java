// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.decide;

import io.taffrail.controller.decide.Command.ChangeBrokerState;
import io.taffrail.model.cluster.BrokerEntry;
import io.taffrail.model.cluster.PartitionEntry;
import io.taffrail.model.cluster.ReplicaEntry;
import io.taffrail.model.cluster.TopicEntry;
import java.util.Optional;

/**
 * What becomes of a broker's leaderships when its disks are full, slow or gone (P10). A slow or
 * read-only replica stays in sync; one in a failed directory leaves as by a fence.
 */
final class BrokerStateDecision {
    private BrokerStateDecision() {}

    static Decision decide(Draft draft, ChangeBrokerState command) {
        Optional<Refusal> stale = draft.staleBroker(command.brokerId(), command.brokerEpoch());
        if (stale.isPresent()) {
            return draft.refuse(stale.get());
        }
        BrokerEntry before = draft.image().broker(command.brokerId()).orElseThrow();
        BrokerEntry after = before.withReadOnly(command.readOnly()).withOffline(command.offline());
        Ledger ledger = draft.ledger();
        for (BrokerEntry.Directory directory : after.directories()) {
            ledger = ledger.withSlow(directory.id(), command.slow().contains(directory.id()));
        }
        boolean slowChanged = !ledger.equals(draft.ledger());
        draft.ledger(ledger);
        if (!after.equals(before)) {
            draft.put(after);
        }
        if (slowChanged || !after.equals(before)) {
            draft.forEachReplicaOn(
                    command.brokerId(),
                    (topic, partition, replica) ->
                            reconsider(draft, after, topic, partition, replica));
        }
        return draft.accept(new Reply.Done());
    }

    private static void reconsider(
            Draft draft,
            BrokerEntry broker,
            TopicEntry topic,
            PartitionEntry partition,
            ReplicaEntry replica) {
        boolean failed = !broker.online(replica.directoryId());
        if (failed && partition.isr().contains(broker.brokerId())) {
            draft.change(topic, partition, change -> change.leaveIsr(broker.brokerId()));
        } else if (partition.isLedBy(broker.brokerId())) {
            draft.change(topic, partition, change -> {});
        }
    }
}
