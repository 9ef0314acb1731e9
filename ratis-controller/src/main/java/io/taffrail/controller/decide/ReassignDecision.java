// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.decide;

import io.taffrail.controller.decide.Command.Move;
import io.taffrail.controller.decide.Command.ReassignPartitions;
import io.taffrail.controller.decide.Reply.PartitionOutcome;
import io.taffrail.controller.placement.ReplicaPlacer;
import io.taffrail.model.LogError;
import io.taffrail.model.TopicId;
import io.taffrail.model.cluster.BrokerEntry;
import io.taffrail.model.cluster.MetadataChange;
import io.taffrail.model.cluster.PartitionEntry;
import io.taffrail.model.cluster.TopicEntry;
import io.taffrail.model.cluster.TopicImage;
import io.taffrail.model.config.TopicSetting;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Begins moves, replaces them, and takes them back (P11). */
final class ReassignDecision {
    private static final String TARGET = "target";

    private final Draft draft;
    private final ReplicaPlacer placer;
    private final Set<TopicId> touched = new LinkedHashSet<>();

    private ReassignDecision(Draft draft) {
        this.draft = draft;
        this.placer = new ReplicaPlacer(draft.image());
    }

    static Decision decide(Draft draft, ReassignPartitions command) {
        MoveDecision.throttle(draft, command.throttle());
        ReassignDecision decision = new ReassignDecision(draft);
        List<PartitionOutcome> outcomes = new ArrayList<>();
        for (Move move : command.moves()) {
            outcomes.add(decision.decide(move));
        }
        decision.touched.forEach(decision::adoptReplicationFactor);
        return draft.accept(new Reply.Changed(outcomes));
    }

    private PartitionOutcome decide(Move move) {
        Optional<PartitionEntry> found = MoveDecision.find(draft, move.partition());
        if (found.isEmpty()) {
            Refusal unknown = MoveDecision.unknown(draft, move.partition());
            return new PartitionOutcome(
                    move.partition(), Optional.empty(), false, Optional.of(unknown));
        }
        PartitionEntry before = found.get();
        Optional<Refusal> refusal =
                move.target().isPresent() ? moveTo(before, move.target().get()) : cancel(before);
        PartitionEntry after = MoveDecision.find(draft, move.partition()).orElseThrow();
        return new PartitionOutcome(
                move.partition(),
                Optional.of(after),
                !after.leader().equals(before.leader()),
                refusal);
    }

    private Optional<Refusal> moveTo(PartitionEntry partition, List<Integer> target) {
        if (target.equals(partition.target())) {
            return Optional.empty();
        }
        TopicEntry topic = topic(partition).topic();
        Optional<Refusal> mistake = mistake(partition, topic, target);
        List<Integer> dropped =
                partition.adding().stream().filter(id -> !target.contains(id)).toList();
        Optional<Refusal> refusal = mistake.or(() -> tooFewLeft(partition, dropped));
        if (refusal.isEmpty()) {
            new Moving(draft, placer).moveTo(topic, partition, target);
            touched.add(topic.topicId());
        }
        return refusal;
    }

    private Optional<Refusal> mistake(
            PartitionEntry partition, TopicEntry topic, List<Integer> target) {
        Problems problems = new Problems();
        problems.addUnless(!target.isEmpty(), TARGET, "a partition has at least one replica");
        problems.addUnless(
                new HashSet<>(target).size() == target.size(),
                TARGET,
                "a broker is named twice: " + target);
        for (int brokerId : target) {
            if (partition.replicaOn(brokerId).isEmpty()) {
                problems.addUnless(
                        mayBeAdded(brokerId),
                        TARGET,
                        "there is no broker " + brokerId + " that can take a replica");
            }
        }
        String key = TopicSetting.MIN_INSYNC_REPLICAS.key();
        int configured = Integer.parseInt(topic.configs().getOrDefault(key, "0"));
        problems.addUnless(
                target.isEmpty() || configured <= target.size(),
                TARGET,
                key + " is " + configured + ", above the replication factor, " + target.size());
        return problems.refusal();
    }

    private boolean mayBeAdded(int brokerId) {
        return placer.canHold(brokerId)
                && draft.image().broker(brokerId).filter(BrokerEntry::decommissioning).isEmpty();
    }

    private Optional<Refusal> cancel(PartitionEntry partition) {
        if (!partition.moving()) {
            return Optional.empty();
        }
        Optional<Refusal> refusal = tooFewLeft(partition, partition.adding());
        if (refusal.isEmpty()) {
            new Moving(draft, placer).cancel(topic(partition).topic(), partition);
            touched.add(partition.topicId());
        }
        return refusal;
    }

    /**
     * P11: what was committed is to be on as many replicas as the minimum promises without those
     * that would go, or on as many as now, if these are fewer, but on one: where nobody is known to
     * have it, those that would go may be the last that did.
     */
    static Optional<Refusal> tooFewLeft(PartitionEntry partition, List<Integer> dropped) {
        Set<Integer> complete = new HashSet<>(partition.isr());
        complete.addAll(partition.elr());
        int least = Math.max(1, Math.min(partition.effectiveMinIsr(), complete.size()));
        complete.removeAll(dropped);
        if (dropped.isEmpty() || complete.size() >= least) {
            return Optional.empty();
        }
        return Optional.of(
                Refusal.of(
                        LogError.INVALID_CONFIG,
                        String.format(
                                "without brokers %s, which the move under way adds, %s; try again"
                                        + " once more of the others are in sync",
                                dropped,
                                complete.isEmpty()
                                        ? "no replica would be left that is known to have every"
                                                + " committed record"
                                        : "only brokers "
                                                + complete
                                                + " would be left that are known to have every"
                                                + " committed record, fewer than"
                                                + " min.insync.replicas promises")));
    }

    /** New partitions get as many replicas as all present ones shall have. */
    private void adoptReplicationFactor(TopicId topicId) {
        TopicImage topic = draft.image().topic(topicId).orElseThrow();
        int factor = topic.partitions().get(0).target().size();
        boolean common =
                topic.partitions().stream().allMatch(each -> each.target().size() == factor);
        if (common && factor != topic.topic().replicationFactor()) {
            draft.add(new MetadataChange.TopicChanged(topic.topic().withReplicationFactor(factor)));
        }
    }

    private TopicImage topic(PartitionEntry partition) {
        return draft.image().topic(partition.topicId()).orElseThrow();
    }
}
