// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import io.taffrail.api.MetadataTranslator;
import io.taffrail.api.internal.v1.AdministerResponse;
import io.taffrail.model.TopicId;
import io.taffrail.model.cluster.BrokerEntry;
import io.taffrail.model.cluster.MetadataChange;
import io.taffrail.model.cluster.PartitionEntry;
import io.taffrail.model.cluster.TopicEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the controller made of a change, or would make: answers are composed of this, as with {@code
 * validate_only} it is in no image, and else may have changed again.
 *
 * @param topic as created or changed; empty if it was not
 * @param deleted the id of a topic that was deleted
 * @param partitions created or changed, in order
 * @param broker changed
 */
record MadeChanges(
        Optional<TopicEntry> topic,
        Optional<TopicId> deleted,
        List<PartitionEntry> partitions,
        Optional<BrokerEntry> broker) {
    MadeChanges {
        partitions = List.copyOf(partitions);
    }

    static MadeChanges of(AdministerResponse response) {
        Optional<TopicEntry> topic = Optional.empty();
        Optional<TopicId> deleted = Optional.empty();
        List<PartitionEntry> partitions = new ArrayList<>();
        Optional<BrokerEntry> broker = Optional.empty();
        for (MetadataChange change : MetadataTranslator.toModels(response.getChangesList())) {
            if (change instanceof MetadataChange.TopicChanged changed) {
                topic = Optional.of(changed.topic());
            } else if (change instanceof MetadataChange.TopicDeleted end) {
                deleted = Optional.of(end.topicId());
            } else if (change instanceof MetadataChange.PartitionChanged changed) {
                partitions.add(changed.partition());
            } else if (change instanceof MetadataChange.BrokerChanged changed) {
                broker = Optional.of(changed.broker());
            }
        }
        return new MadeChanges(topic, deleted, partitions, broker);
    }
}
