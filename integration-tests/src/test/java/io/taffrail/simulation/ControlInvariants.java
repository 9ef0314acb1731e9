// SPDX-License-Identifier: Apache-2.0
package io.taffrail.simulation;

import io.taffrail.controller.decide.Command;
import io.taffrail.controller.decide.Command.AlterPartition;
import io.taffrail.controller.decide.Command.Proposal;
import io.taffrail.controller.decide.ControllerState;
import io.taffrail.controller.decide.Decision;
import io.taffrail.model.cluster.BrokerEntry;
import io.taffrail.model.cluster.MetadataChange;
import io.taffrail.model.cluster.MetadataImage;
import io.taffrail.model.cluster.PartitionEntry;
import io.taffrail.simulation.raft.Decisions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What must hold of every decision of the controllers, judged by what it came from and what it came
 * to: epochs rise (I1), clean elections are clean (I5), only the leader of the present epoch brings
 * in members, as they are registered now (I7, I8), and the ELR is what it may be (P8).
 */
final class ControlInvariants {
    private final Consumer<String> violated;

    ControlInvariants(Consumer<String> violated) {
        this.violated = violated;
    }

    /** The same decisions, which are looked at. */
    Decisions observed(Decisions decisions) {
        return (state, command, at, timeMs) -> {
            Decision decision = decisions.decide(state, command, at, timeMs);
            check(state, command, decision);
            return decision;
        };
    }

    private void check(ControllerState state, Command command, Decision decision) {
        MetadataImage image = state.image();
        for (MetadataChange change : decision.changes()) {
            MetadataImage before = image;
            image = image.apply(change);
            if (change instanceof MetadataChange.PartitionChanged changed) {
                PartitionEntry to = changed.partition();
                Optional<PartitionEntry> from = before.partition(to.topicId(), to.partition());
                from.ifPresent(known -> check(known, to, before, command));
            }
        }
    }

    private void check(
            PartitionEntry from, PartitionEntry to, MetadataImage image, Command command) {
        List<String> wrong = new ArrayList<>();
        boolean elected = !to.leader().equals(from.leader());
        if (to.leaderEpoch() < from.leaderEpoch() + (elected ? 1 : 0)
                || to.partitionEpoch() <= from.partitionEpoch()) {
            wrong.add("I1: epochs do not rise");
        }
        Set<Integer> inSync = new HashSet<>(from.isr());
        for (int joined : without(to.isr(), from.isr())) {
            if (isProposed(joined, from, image, command)) {
                inSync.add(joined);
            } else if (!to.isLedBy(joined)) {
                wrong.add("I7, I8: broker " + joined + " joins, and its leader did not say so");
            }
        }
        if (elected && to.leader().isPresent() && !to.recovering()) {
            checkCleanElection(from, inSync, to, wrong);
        }
        checkElr(from, to, wrong);
        if (!wrong.isEmpty()) {
            violated.accept("%s: %s became %s by %s".formatted(wrong, from, to, command));
        }
    }

    private static void checkCleanElection(
            PartitionEntry from, Set<Integer> inSync, PartitionEntry to, List<String> wrong) {
        int leader = to.leader().orElseThrow();
        boolean fromElr = from.elr().contains(leader) && to.isr().equals(List.of(leader));
        if (!inSync.contains(leader) && !fromElr) {
            wrong.add("I5: broker " + leader + " may lack what is committed, and leads");
        }
    }

    private static Set<Integer> without(List<Integer> members, List<Integer> others) {
        Set<Integer> rest = new HashSet<>(members);
        others.forEach(rest::remove);
        return rest;
    }

    private static boolean isProposed(
            int joined, PartitionEntry from, MetadataImage image, Command command) {
        return command instanceof AlterPartition alter
                && from.isLedBy(alter.brokerId())
                && isRegistered(image, alter.brokerId(), alter.brokerEpoch())
                && alter.proposals().stream()
                        .filter(proposal -> isFor(proposal, from))
                        .flatMap(proposal -> proposal.isr().stream())
                        .anyMatch(
                                member ->
                                        member.brokerId() == joined
                                                && isRegistered(
                                                        image, joined, member.brokerEpoch()));
    }

    private static boolean isFor(Proposal proposal, PartitionEntry partition) {
        return proposal.topicId().equals(partition.topicId())
                && proposal.partition() == partition.partition()
                && proposal.leaderEpoch() == partition.leaderEpoch();
    }

    private static boolean isRegistered(MetadataImage image, int broker, long brokerEpoch) {
        return image.broker(broker)
                .filter(BrokerEntry::active)
                .filter(entry -> entry.brokerEpoch() == brokerEpoch)
                .isPresent();
    }

    private static void checkElr(PartitionEntry from, PartitionEntry to, List<String> wrong) {
        Set<Integer> known = new HashSet<>(from.isr());
        known.addAll(from.elr());
        if (!known.containsAll(to.elr()) || to.elr().stream().anyMatch(to.isr()::contains)) {
            wrong.add("P7: the ELR is not of those who were complete");
        }
        if (!to.elr().isEmpty() && to.isr().size() >= to.effectiveMinIsr()) {
            wrong.add("P8: there is an ELR beside an ISR that is large enough");
        }
    }
}
