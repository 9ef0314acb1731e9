// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model.cluster;

import static io.taffrail.model.Invariants.check;

import java.util.Optional;
import org.pcollections.PVector;
import org.pcollections.TreePVector;

/** A topic with its partitions; partition n is at n. */
public record TopicImage(TopicEntry topic, PVector<PartitionEntry> partitions) {
    static TopicImage created(TopicEntry topic) {
        return new TopicImage(topic, TreePVector.empty());
    }

    /** The partition of that number, if there is one. */
    public Optional<PartitionEntry> partition(int partition) {
        return partition >= 0 && partition < partitions.size()
                ? Optional.of(partitions.get(partition))
                : Optional.empty();
    }

    TopicImage with(TopicEntry changed) {
        return new TopicImage(changed, partitions);
    }

    TopicImage with(PartitionEntry changed) {
        int at = changed.partition();
        check(
                at <= partitions.size(),
                "partition %d of %s comes before partition %d",
                at,
                topic.name(),
                partitions.size());
        return new TopicImage(
                topic,
                at == partitions.size() ? partitions.plus(changed) : partitions.with(at, changed));
    }
}
