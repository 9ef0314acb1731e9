// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.decide;

import io.taffrail.controller.decide.Command.PartitionSelector;
import io.taffrail.model.LogError;
import io.taffrail.model.LogError.CanonicalCode;
import io.taffrail.model.cluster.MetadataChange;
import io.taffrail.model.cluster.MetadataImage;
import io.taffrail.model.cluster.PartitionEntry;
import io.taffrail.model.cluster.TopicImage;
import java.util.Optional;
import java.util.OptionalLong;

/** What moves replicas and leaderships while the cluster runs. */
final class MoveDecision {
    private MoveDecision() {}

    static boolean decides(Command command) {
        return command instanceof Command.ReassignPartitions
                || command instanceof Command.EndMoveThrottle
                || command instanceof Command.ElectLeaders
                || command instanceof Command.DecommissionBroker
                || command instanceof Command.DrainBroker;
    }

    static Decision decide(Draft draft, Command command) {
        if (command instanceof Command.ReassignPartitions reassign) {
            return ReassignDecision.decide(draft, reassign);
        }
        if (command instanceof Command.ElectLeaders elect) {
            return ElectLeadersDecision.decide(draft, elect);
        }
        if (command instanceof Command.DecommissionBroker decommission) {
            return DecommissionDecision.decide(draft, decommission);
        }
        if (command instanceof Command.DrainBroker drain) {
            return DrainDecision.decide(draft, drain);
        }
        if (draft.image().moveThrottle().isPresent() && !isAnythingMoving(draft.image())) {
            draft.add(new MetadataChange.MoveThrottleChanged(OptionalLong.empty()));
        }
        return draft.accept(new Reply.Done());
    }

    private static boolean isAnythingMoving(MetadataImage image) {
        return image.topicIdsByName().values().stream()
                .flatMap(id -> image.topic(id).orElseThrow().partitions().stream())
                .anyMatch(PartitionEntry::moving);
    }

    static void throttle(Draft draft, OptionalLong asked) {
        if (asked.isPresent() && !asked.equals(draft.image().moveThrottle())) {
            draft.add(new MetadataChange.MoveThrottleChanged(asked));
        }
    }

    static Optional<PartitionEntry> find(Draft draft, PartitionSelector selector) {
        return TopicDecision.find(draft, selector.topic(), selector.topicId())
                .flatMap(topic -> topic.partition(selector.partition()));
    }

    static PartitionSelector selector(TopicImage topic, PartitionEntry partition) {
        return new PartitionSelector(
                topic.topic().name(), Optional.of(topic.topic().topicId()), partition.partition());
    }

    static Refusal unknown(Draft draft, PartitionSelector selector) {
        return TopicDecision.find(draft, selector.topic(), selector.topicId()).isEmpty()
                ? TopicDecision.unknown(selector.topic(), selector.topicId())
                : Refusal.of(
                        LogError.UNKNOWN_TOPIC,
                        "topic '"
                                + selector.topic()
                                + "' has no partition "
                                + selector.partition());
    }

    static Refusal unknownBroker(int brokerId) {
        return Refusal.of(CanonicalCode.NOT_FOUND, "no broker " + brokerId + " is registered");
    }
}
