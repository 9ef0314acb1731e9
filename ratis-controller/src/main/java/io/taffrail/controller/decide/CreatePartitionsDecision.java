// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.decide;

import io.taffrail.controller.decide.Command.CreatePartitions;
import io.taffrail.model.cluster.TopicEntry;
import io.taffrail.model.cluster.TopicImage;
import java.util.Optional;

/** Adds partitions to a topic. */
final class CreatePartitionsDecision {
    private CreatePartitionsDecision() {}

    static Decision decide(Draft draft, CreatePartitions command) {
        Optional<TopicImage> found = TopicDecision.find(draft, command.name(), command.topicId());
        if (found.isEmpty()) {
            return draft.refuse(TopicDecision.unknown(command.name(), command.topicId()));
        }
        TopicEntry topic = found.get().topic();
        int present = found.get().partitions().size();
        Assignments assignments = new Assignments(draft);
        Optional<Refusal> refusal = refusal(assignments, command, topic, present);
        if (refusal.isPresent()) {
            return draft.refuse(refusal.get());
        }
        if (command.assignments().isEmpty()) {
            assignments.place(topic, present, command.partitions());
        } else {
            assignments.placeOn(topic, present, command.assignments());
        }
        return draft.accept(new Reply.Done());
    }

    private static Optional<Refusal> refusal(
            Assignments assignments, CreatePartitions command, TopicEntry topic, int present) {
        int added = command.partitions() - present;
        Problems problems = new Problems();
        problems.addUnless(
                added >= 0 && command.partitions() <= Assignments.MAX_PARTITIONS,
                "partition_count",
                String.format(
                        "partition_count is %d: the topic has %d, which may grow up to %d",
                        command.partitions(), present, Assignments.MAX_PARTITIONS));
        if (!command.assignments().isEmpty()) {
            problems.addUnless(
                    command.assignments().size() == added,
                    "assignments",
                    command.assignments().size() + " assignments for " + added + " new partitions");
            assignments.check(command.assignments(), topic.replicationFactor(), problems);
        }
        Optional<Refusal> mistake = problems.refusal();
        if (mistake.isPresent() || added == 0) {
            return mistake;
        }
        return command.assignments().isEmpty()
                ? assignments.shortage(topic.replicationFactor())
                : assignments.nobodyHome(command.assignments());
    }
}
