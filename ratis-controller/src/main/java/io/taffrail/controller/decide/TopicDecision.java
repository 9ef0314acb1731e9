// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.decide;

import static io.taffrail.model.Invariants.check;

import io.taffrail.model.LogError;
import io.taffrail.model.TopicId;
import io.taffrail.model.cluster.MetadataChange;
import io.taffrail.model.cluster.TopicImage;
import java.util.Optional;

/** Changes that clients ask for. */
final class TopicDecision {
    private TopicDecision() {}

    static Decision decide(Draft draft, Command command) {
        if (command instanceof Command.CreateTopic create) {
            return CreateTopicDecision.decide(draft, create);
        }
        if (command instanceof Command.DeleteTopic delete) {
            return delete(draft, delete);
        }
        if (command instanceof Command.CreatePartitions create) {
            return CreatePartitionsDecision.decide(draft, create);
        }
        if (command instanceof Command.AlterConfig alter) {
            return AlterConfigDecision.decide(draft, alter);
        }
        check(
                command instanceof Command.AdoptTopicDefaults,
                "nobody decides on %s",
                command.getClass());
        return AlterConfigDecision.decide(draft, (Command.AdoptTopicDefaults) command);
    }

    private static Decision delete(Draft draft, Command.DeleteTopic command) {
        Optional<TopicImage> topic = find(draft, command.name(), command.topicId());
        if (topic.isEmpty()) {
            return draft.refuse(unknown(command.name(), command.topicId()));
        }
        draft.ledger(draft.ledger().withoutSuspects(topic.get()));
        draft.add(new MetadataChange.TopicDeleted(topic.get().topic().topicId()));
        return draft.accept(new Reply.Done());
    }

    static Optional<TopicImage> find(Draft draft, String name, Optional<TopicId> topicId) {
        return draft.image()
                .topic(name)
                .filter(
                        topic ->
                                topicId.isEmpty() || topicId.get().equals(topic.topic().topicId()));
    }

    static Refusal unknown(String name, Optional<TopicId> topicId) {
        return Refusal.of(
                LogError.UNKNOWN_TOPIC,
                "there is no topic '"
                        + name
                        + "'"
                        + topicId.map(id -> " with the id " + id).orElse(""));
    }
}
