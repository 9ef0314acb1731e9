// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import io.taffrail.api.MetadataTranslator;
import io.taffrail.api.TopicIdTranslator;
import io.taffrail.api.internal.v1.MetadataChange;
import io.taffrail.api.internal.v1.PartitionName;
import io.taffrail.api.internal.v1.PartitionOutcome;
import io.taffrail.api.v1.PartitionRef;
import io.taffrail.model.cluster.MetadataChange.PartitionChanged;
import io.taffrail.model.cluster.PartitionEntry;
import java.util.Optional;

/** What the active controller says of each partition of a change. */
final class PartitionOutcomes {
    private PartitionOutcomes() {}

    static PartitionRef ref(PartitionOutcome outcome) {
        return ref(outcome.getPartition());
    }

    /** As clients name it, with the topic's id where there is such a topic. */
    static PartitionRef ref(PartitionName name) {
        PartitionRef.Builder ref =
                PartitionRef.newBuilder()
                        .setTopic(name.getTopic())
                        .setPartition(name.getPartition());
        if (!name.getTopicId().isEmpty()) {
            ref.setTopicId(TopicIdTranslator.toModel(name.getTopicId()).toString());
        }
        return ref.build();
    }

    static Optional<PartitionEntry> state(PartitionOutcome outcome) {
        return outcome.hasState()
                ? MetadataTranslator.toModel(
                                MetadataChange.newBuilder()
                                        .setPartition(outcome.getState())
                                        .build())
                        .map(change -> ((PartitionChanged) change).partition())
                : Optional.empty();
    }
}
