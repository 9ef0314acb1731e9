// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.decide;

import io.taffrail.model.LogError;
import io.taffrail.model.cluster.BrokerEntry;
import io.taffrail.model.cluster.MetadataChange;
import io.taffrail.model.cluster.MetadataImage;
import io.taffrail.model.cluster.MetadataVersion;
import io.taffrail.model.cluster.PartitionEntry;
import io.taffrail.model.cluster.ReplicaEntry;
import io.taffrail.model.cluster.TopicEntry;
import io.taffrail.model.cluster.TopicImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A decision while it is made: the state with what was decided so far. Used by one thread, for one
 * command.
 */
final class Draft {
    private final MetadataVersion at;
    private final Ledger before;
    private final List<MetadataChange> changes = new ArrayList<>();
    private MetadataImage image;
    private Ledger ledger;

    Draft(ControllerState state, MetadataVersion at, long timeMs) {
        this.at = at;
        this.before = state.ledger().atLeast(timeMs);
        this.image = state.image();
        this.ledger = before;
    }

    /** Visits a replica, in its partition, in its topic. */
    interface ReplicaVisitor {
        void visit(TopicEntry topic, PartitionEntry partition, ReplicaEntry replica);
    }

    MetadataVersion at() {
        return at;
    }

    /** The active controller's clock, never behind an earlier command's. */
    long timeMs() {
        return before.lastTimeMs();
    }

    MetadataImage image() {
        return image;
    }

    Ledger ledger() {
        return ledger;
    }

    void ledger(Ledger changed) {
        ledger = changed;
    }

    TopicRules rules(TopicEntry topic) {
        return TopicRules.of(topic, ledger.defaults());
    }

    void add(MetadataChange change) {
        image = image.apply(change);
        changes.add(change);
    }

    void put(BrokerEntry broker) {
        add(new MetadataChange.BrokerChanged(broker));
    }

    /** Changes a partition and holds the election that this asks for; nothing if all stays. */
    void change(TopicEntry topic, PartitionEntry partition, Consumer<PartitionDraft> edit) {
        change(partition, rules(topic), edit);
    }

    /** As {@link #change}, with an election that may lose records. */
    void changeUncleanly(
            TopicEntry topic, PartitionEntry partition, Consumer<PartitionDraft> edit) {
        change(partition, rules(topic).electingUncleanly(), edit);
    }

    private void change(PartitionEntry before, TopicRules rules, Consumer<PartitionDraft> edit) {
        PartitionDraft draft = new PartitionDraft(before, rules);
        edit.accept(draft);
        draft.settle(new Eligibility(image, ledger.slow()), ledger)
                .ifPresent(after -> putPartition(before, after));
    }

    private void putPartition(PartitionEntry before, PartitionEntry partition) {
        add(new MetadataChange.PartitionChanged(partition));
        for (ReplicaEntry replica : before.replicas()) {
            if (partition.replicaOn(replica.brokerId()).isEmpty()) {
                ledger = ledger.withoutSuspect(before, replica.brokerId());
            }
        }
        if (partition.leader().isPresent()) {
            ledger = ledger.withoutSuspects(partition); // a leader is what suspects follow now
        }
    }

    /** Visits every replica on a broker, of the state before the visit. */
    void forEachReplicaOn(int brokerId, ReplicaVisitor visitor) {
        MetadataImage visited = image;
        for (TopicImage topic : topics(visited)) {
            for (PartitionEntry partition : topic.partitions()) {
                partition
                        .replicaOn(brokerId)
                        .ifPresent(replica -> visitor.visit(topic.topic(), partition, replica));
            }
        }
    }

    /** By name. */
    List<TopicImage> topics() {
        return topics(image);
    }

    static List<TopicImage> topics(MetadataImage image) {
        return image.topicIdsByName().values().stream()
                .map(id -> image.topic(id).orElseThrow())
                .toList();
    }

    /** Why a broker may not speak under an epoch; empty if it may. */
    Optional<Refusal> staleBroker(int brokerId, long brokerEpoch) {
        Optional<BrokerEntry> broker = image.broker(brokerId);
        if (broker.isEmpty()) {
            return Optional.of(
                    Refusal.of(LogError.STALE_EPOCH, "broker " + brokerId + " is not registered"));
        }
        long current = broker.get().brokerEpoch();
        return current == brokerEpoch
                ? Optional.empty()
                : Optional.of(
                        Refusal.staleEpoch(
                                "broker " + brokerId + "'s epoch", brokerEpoch, current));
    }

    Decision accept(Reply reply) {
        return new Decision(changes, ledger, reply);
    }

    /** Nothing of what was drafted is kept. */
    Decision refuse(Refusal refusal) {
        return new Decision(List.of(), before, new Reply.Refused(refusal));
    }
}
