// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import io.grpc.StatusRuntimeException;
import io.taffrail.api.StatusTranslator;
import io.taffrail.broker.metadata.MissingTopic;
import io.taffrail.model.TopicId;
import io.taffrail.model.TopicPartition;
import io.taffrail.model.cluster.MetadataImage;
import io.taffrail.model.cluster.TopicImage;
import java.util.Optional;

/** How requests name topics: by name, by id, or by both, which must fit each other. */
final class TopicNames {
    private TopicNames() {}

    /** Refuses what can be no topic's name. */
    static void requireName(String topic) {
        try {
            TopicPartition.requireTopicName(topic);
        } catch (IllegalArgumentException e) {
            throw InvalidArgument.of("topic", e.getMessage());
        }
    }

    /** Reads an id that may be left out; refuses what can be none. */
    static Optional<TopicId> optionalId(String topicId, String field) {
        try {
            return topicId.isEmpty() ? Optional.empty() : Optional.of(TopicId.parse(topicId));
        } catch (IllegalArgumentException e) {
            throw InvalidArgument.of(field, "is no topic id, a UUID in lower case");
        }
    }

    /** As {@link #optionalId}, where only its form matters. */
    static void checkId(String topicId, String field) {
        var unused = optionalId(topicId, field);
    }

    /** The topic that fits; an empty name fits every id. */
    static Optional<TopicImage> find(MetadataImage image, String name, Optional<TopicId> id) {
        Optional<TopicImage> found = name.isEmpty() ? id.flatMap(image::topic) : image.topic(name);
        return found.filter(topic -> id.isEmpty() || id.get().equals(topic.topic().topicId()));
    }

    /** For a topic that an image does not have. */
    static StatusRuntimeException unknown(MetadataImage image, String name, Optional<TopicId> id) {
        String said = name.isEmpty() ? "" : " '" + name + "'";
        String withId = id.map(topicId -> " with the id " + topicId).orElse("");
        return StatusTranslator.toException(
                MissingTopic.failure(image, "there is no topic" + said + withId));
    }
}
