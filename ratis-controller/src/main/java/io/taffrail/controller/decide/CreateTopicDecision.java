// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.decide;

import io.taffrail.controller.decide.Command.CreateTopic;
import io.taffrail.model.LogError;
import io.taffrail.model.TopicPartition;
import io.taffrail.model.cluster.MetadataChange;
import io.taffrail.model.cluster.PartitionerType;
import io.taffrail.model.cluster.TopicEntry;
import java.util.List;
import java.util.Optional;

/** Makes a topic. */
final class CreateTopicDecision {
    private CreateTopicDecision() {}

    static Decision decide(Draft draft, CreateTopic command) {
        if (draft.image().topic(command.name()).isPresent()) {
            return draft.refuse(
                    Refusal.of(
                                    LogError.TOPIC_EXISTS,
                                    "there is a topic '" + command.name() + "' already")
                            .inField("topic"));
        }
        Assignments assignments = new Assignments(draft);
        Optional<Refusal> refusal = refusal(assignments, command);
        if (refusal.isPresent()) {
            return draft.refuse(refusal.get());
        }
        TopicEntry topic =
                new TopicEntry(
                        command.topicId(),
                        command.name(),
                        command.configs(),
                        PartitionerType.MURMUR2,
                        replicationFactor(command));
        draft.add(new MetadataChange.TopicChanged(topic));
        if (command.assignments().isEmpty()) {
            assignments.place(topic, 0, command.partitions());
        } else {
            assignments.placeOn(topic, 0, command.assignments());
        }
        return draft.accept(new Reply.Done());
    }

    private static int replicationFactor(CreateTopic command) {
        List<List<Integer>> assignments = command.assignments();
        return assignments.isEmpty() ? command.replicationFactor() : assignments.get(0).size();
    }

    private static Optional<Refusal> refusal(Assignments assignments, CreateTopic command) {
        Problems problems = new Problems();
        checkName(command.name(), problems);
        checkCounts(command, problems);
        assignments.check(command.assignments(), replicationFactor(command), problems);
        AlterConfigDecision.checkConfigs(command.configs(), replicationFactor(command), problems);
        return problems.refusal()
                .or(
                        () ->
                                command.assignments().isEmpty()
                                        ? assignments.shortage(replicationFactor(command))
                                        : assignments.nobodyHome(command.assignments()));
    }

    private static void checkName(String name, Problems problems) {
        try {
            TopicPartition.requireTopicName(name);
        } catch (IllegalArgumentException e) {
            problems.add("topic", e.getMessage());
        }
        problems.addUnless(
                !name.startsWith("__"),
                "topic",
                "topic name '" + name + "' begins with '__', which is for Taffrail's own");
    }

    private static void checkCounts(CreateTopic command, Problems problems) {
        if (!command.assignments().isEmpty()) {
            problems.addUnless(
                    command.partitions() == 0,
                    "partition_count",
                    "partition_count and assignments exclude each other");
            problems.addUnless(
                    command.replicationFactor() == 0,
                    "replication_factor",
                    "replication_factor and assignments exclude each other");
            problems.addUnless(
                    replicationFactor(command) > 0, "assignments[0]", "an assignment is empty");
            checkPartitions("assignments", command.assignments().size(), problems);
            return;
        }
        checkPartitions("partition_count", command.partitions(), problems);
        problems.addUnless(
                command.replicationFactor() > 0,
                "replication_factor",
                "replication_factor is " + command.replicationFactor() + ", not at least 1");
    }

    private static void checkPartitions(String field, int partitions, Problems problems) {
        problems.addUnless(
                partitions >= 1 && partitions <= Assignments.MAX_PARTITIONS,
                field,
                field
                        + ": "
                        + partitions
                        + " partitions are not 1 to "
                        + Assignments.MAX_PARTITIONS);
    }
}
