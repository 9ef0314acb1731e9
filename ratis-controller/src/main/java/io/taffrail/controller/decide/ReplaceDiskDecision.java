// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.decide;

import io.taffrail.controller.decide.Command.ReplaceDisk;
import io.taffrail.model.LogError.CanonicalCode;
import io.taffrail.model.cluster.BrokerEntry;
import io.taffrail.model.cluster.DirectoryId;
import io.taffrail.model.cluster.PartitionEntry;
import io.taffrail.model.cluster.ReplicaEntry;
import io.taffrail.model.cluster.ReplicaFault;
import io.taffrail.model.cluster.TopicEntry;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * An operator gives a broker's disk up for lost (P2): its replicas count as lost at once, and the
 * broker may register without it.
 */
final class ReplaceDiskDecision {
    private ReplaceDiskDecision() {}

    static Decision decide(Draft draft, ReplaceDisk command) {
        Optional<BrokerEntry> broker = draft.image().broker(command.brokerId());
        if (broker.isEmpty()) {
            return draft.refuse(MoveDecision.unknownBroker(command.brokerId()));
        }
        Set<DirectoryId> lost = lost(broker.get());
        if (lost.isEmpty()) {
            return draft.refuse(
                    Refusal.of(
                            CanonicalCode.FAILED_PRECONDITION,
                            "broker "
                                    + command.brokerId()
                                    + " is alive and its disk is in use: stop it first"));
        }
        for (DirectoryId directory : lost) {
            draft.ledger(draft.ledger().withLost(directory, true));
        }
        draft.forEachReplicaOn(
                command.brokerId(),
                (topic, partition, replica) -> {
                    if (lost.contains(replica.directoryId())) {
                        giveUp(draft, topic, partition, replica);
                    }
                });
        return draft.accept(new Reply.Done());
    }

    /** Of a broker that is dead all of its disks, else those that failed. */
    private static Set<DirectoryId> lost(BrokerEntry broker) {
        Set<DirectoryId> lost = new TreeSet<>();
        for (BrokerEntry.Directory directory : broker.directories()) {
            if (broker.fenced() || directory.offline()) {
                lost.add(directory.id());
            }
        }
        return lost;
    }

    private static void giveUp(
            Draft draft, TopicEntry topic, PartitionEntry partition, ReplicaEntry replica) {
        draft.ledger(draft.ledger().withoutSuspect(partition, replica.brokerId()));
        draft.change(
                topic,
                partition,
                change -> {
                    change.fault(replica.brokerId(), ReplicaFault.LOST);
                    change.dropClaim(replica.brokerId());
                });
    }
}
