// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.decide;

import io.taffrail.controller.placement.ReplicaPlace;
import io.taffrail.controller.placement.ReplicaPlacer;
import io.taffrail.model.cluster.PartitionEntry;
import io.taffrail.model.cluster.ReplicaEntry;
import io.taffrail.model.cluster.ReplicaFault;
import io.taffrail.model.cluster.TopicEntry;
import java.util.List;

/** One partition's move, begun or taken back: what it adds is placed. */
record Moving(Draft draft, ReplicaPlacer placer) {
    void moveTo(TopicEntry topic, PartitionEntry partition, List<Integer> target) {
        TopicRules rules = draft.rules(topic);
        List<ReplicaEntry> replicas =
                target.stream()
                        .map(id -> partition.replicaOn(id).orElseGet(() -> created(id, rules)))
                        .toList();
        draft.change(topic, partition, change -> change.moveTo(replicas));
    }

    void cancel(TopicEntry topic, PartitionEntry partition) {
        draft.change(topic, partition, PartitionDraft::cancelMove);
    }

    /** An empty log has nothing that is not on disk. */
    private ReplicaEntry created(int brokerId, TopicRules rules) {
        ReplicaPlace place = placer.add(brokerId);
        return new ReplicaEntry(
                brokerId,
                place.directoryId(),
                rules.flushOnCommit(),
                ReplicaFault.NONE,
                draft.at().index());
    }
}
