// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.decide;

import io.taffrail.controller.decide.Command.ElectLeaders;
import io.taffrail.controller.decide.Command.PartitionSelector;
import io.taffrail.controller.decide.Reply.PartitionOutcome;
import io.taffrail.model.LogError.CanonicalCode;
import io.taffrail.model.cluster.PartitionEntry;
import io.taffrail.model.cluster.ReplicaEntry;
import io.taffrail.model.cluster.TopicEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Elections that are asked for (P7): clean ones hand leadership over, unclean ones end its lack.
 */
final class ElectLeadersDecision {
    private final Draft draft;
    private final ElectLeaders command;

    private ElectLeadersDecision(Draft draft, ElectLeaders command) {
        this.draft = draft;
        this.command = command;
    }

    static Decision decide(Draft draft, ElectLeaders command) {
        ElectLeadersDecision decision = new ElectLeadersDecision(draft, command);
        List<PartitionSelector> asked =
                command.partitions().isEmpty()
                        ? MisplacedLeaders.selectors(draft, Assignments.MAX_PARTITIONS)
                        : command.partitions();
        List<PartitionOutcome> outcomes = new ArrayList<>();
        for (PartitionSelector selector : asked) {
            PartitionOutcome outcome = decision.decide(selector);
            if (!command.partitions().isEmpty() || outcome.leaderChanged()) {
                outcomes.add(outcome);
            }
        }
        return draft.accept(new Reply.Changed(outcomes));
    }

    private PartitionOutcome decide(PartitionSelector selector) {
        Optional<PartitionEntry> found = MoveDecision.find(draft, selector);
        if (found.isEmpty()) {
            Refusal unknown = MoveDecision.unknown(draft, selector);
            return new PartitionOutcome(selector, Optional.empty(), false, Optional.of(unknown));
        }
        PartitionEntry before = found.get();
        elect(before);
        PartitionEntry after = MoveDecision.find(draft, selector).orElseThrow();
        return new PartitionOutcome(
                selector,
                Optional.of(after),
                !after.leader().equals(before.leader()),
                refusal(after));
    }

    private void elect(PartitionEntry partition) {
        TopicEntry topic = draft.image().topic(partition.topicId()).orElseThrow().topic();
        List<Integer> heirs =
                command.leader().isPresent()
                        ? List.of(command.leader().getAsInt())
                        : partition.replicas().stream().map(ReplicaEntry::brokerId).toList();
        if (!command.unclean()) {
            draft.change(topic, partition, change -> change.handTo(heirs));
        } else if (partition.leader().isEmpty()) {
            draft.changeUncleanly(topic, partition, change -> change.handTo(heirs));
        }
    }

    private Optional<Refusal> refusal(PartitionEntry after) {
        OptionalInt wanted = command.leader();
        if (wanted.isPresent() && !after.leader().equals(wanted)) {
            return Optional.of(
                    refusal(
                            String.format(
                                    "broker %d may not lead: of the replicas %s those in sync are %s,"
                                            + " those that may follow them %s",
                                    wanted.getAsInt(), ids(after), after.isr(), after.elr())));
        }
        return after.leader().isPresent()
                ? Optional.empty()
                : Optional.of(
                        refusal(
                                String.format(
                                        "no replica may lead: of %s none that lives is in sync%s",
                                        ids(after), command.unclean() ? ", and none lives" : "")));
    }

    private static Refusal refusal(String message) {
        return Refusal.of(CanonicalCode.FAILED_PRECONDITION, message);
    }

    private static List<Integer> ids(PartitionEntry partition) {
        return partition.replicas().stream().map(ReplicaEntry::brokerId).toList();
    }
}
