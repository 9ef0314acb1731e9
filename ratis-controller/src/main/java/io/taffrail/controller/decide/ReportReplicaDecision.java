// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.decide;

import io.taffrail.controller.decide.Command.ReportReplica;
import io.taffrail.model.LogError;
import io.taffrail.model.cluster.PartitionEntry;
import io.taffrail.model.cluster.ReplicaFault;
import io.taffrail.model.cluster.TopicImage;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** A replica's report against itself (P4, P17, P19), or that it is whole again. */
final class ReportReplicaDecision {
    private final Draft draft;
    private final ReportReplica report;

    private ReportReplicaDecision(Draft draft, ReportReplica report) {
        this.draft = draft;
        this.report = report;
    }

    static Decision decide(Draft draft, ReportReplica report) {
        Optional<Refusal> stale = draft.staleBroker(report.brokerId(), report.brokerEpoch());
        if (stale.isPresent()) {
            return draft.refuse(stale.get());
        }
        return new ReportReplicaDecision(draft, report).decide();
    }

    private Decision decide() {
        Optional<PartitionEntry> found =
                draft.image()
                        .partition(report.topicId(), report.partition())
                        .filter(partition -> partition.replicaOn(report.brokerId()).isPresent());
        if (found.isEmpty()) {
            return draft.refuse(
                    Refusal.of(
                            LogError.UNKNOWN_TOPIC,
                            "broker " + report.brokerId() + " has no replica of that partition"));
        }
        PartitionEntry partition = found.get();
        if (report.leaderEpoch() != partition.leaderEpoch()) {
            return draft.refuse(
                    Refusal.staleEpoch(
                            "leader epoch", report.leaderEpoch(), partition.leaderEpoch()));
        }
        record(partition);
        return draft.accept(new Reply.Reported(!isMember(current(), report.brokerId())));
    }

    private void record(PartitionEntry partition) {
        switch (report.fault()) {
            case NONE -> whole(partition);
            case LOST -> change(partition, true);
            case CORRUPT -> change(partition, !othersWithClaim(partition).isEmpty());
            case SUSPECT -> suspect(partition);
        }
    }

    private void whole(PartitionEntry partition) {
        TopicImage topic = topic();
        boolean proven = draft.rules(topic.topic()).flushOnCommit();
        draft.change(
                topic.topic(),
                partition,
                change -> {
                    change.fault(report.brokerId(), ReplicaFault.NONE);
                    change.flushProven(report.brokerId(), proven);
                });
    }

    /**
     * P17: the last one that is not suspect takes the others' claims; without one, none is taken.
     */
    private void suspect(PartitionEntry partition) {
        boolean member = isMember(partition, report.brokerId());
        if (member) {
            draft.ledger(draft.ledger().withSuspect(partition, report.brokerId(), report.log()));
        }
        boolean soundOnesAreLeft =
                othersWithClaim(partition).stream()
                        .map(id -> partition.replicaOn(id).orElseThrow())
                        .anyMatch(replica -> replica.fault() != ReplicaFault.SUSPECT);
        if (soundOnesAreLeft || !member) {
            change(partition, true);
            return;
        }
        draft.change(
                topic().topic(),
                partition,
                change -> {
                    change.leaveIsr(report.brokerId());
                    change.fault(report.brokerId(), report.fault());
                });
    }

    private void change(PartitionEntry partition, boolean drop) {
        draft.change(
                topic().topic(),
                partition,
                change -> {
                    change.fault(report.brokerId(), report.fault());
                    if (drop) {
                        change.dropClaim(report.brokerId());
                    }
                });
    }

    private Set<Integer> othersWithClaim(PartitionEntry partition) {
        Set<Integer> others = new TreeSet<>(partition.isr());
        others.addAll(partition.elr());
        others.remove(report.brokerId());
        return others;
    }

    private static boolean isMember(PartitionEntry partition, int brokerId) {
        return partition.isr().contains(brokerId) || partition.elr().contains(brokerId);
    }

    private TopicImage topic() {
        return draft.image().topic(report.topicId()).orElseThrow();
    }

    private PartitionEntry current() {
        return topic().partition(report.partition()).orElseThrow();
    }
}
