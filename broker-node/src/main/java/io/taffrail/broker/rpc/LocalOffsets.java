// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import io.taffrail.api.v1.PartitionDescription;
import io.taffrail.api.v1.PartitionOffsets;
import io.taffrail.broker.replication.PartitionLeader;
import io.taffrail.broker.replication.PartitionLookup;
import io.taffrail.broker.replication.PartitionQuery;
import io.taffrail.broker.replication.Partitions;
import io.taffrail.model.cluster.TopicEntry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The ends of logs that are led here. Partitions that others lead stay without: other brokers are
 * not asked.
 */
final class LocalOffsets {
    private static final Duration AT_MOST = Duration.ofSeconds(1);

    private final int nodeId;
    private final Partitions partitions;

    LocalOffsets(int nodeId, Partitions partitions) {
        this.nodeId = nodeId;
        this.partitions = partitions;
    }

    /**
     * The same descriptions, those of partitions led here with their offsets; after 1 s at most.
     */
    CompletableFuture<List<PartitionDescription>> addTo(
            List<PartitionDescription> descriptions, TopicEntry topic) {
        List<CompletableFuture<PartitionDescription>> answers = new ArrayList<>();
        for (PartitionDescription description : descriptions) {
            answers.add(
                    description.hasLeaderId() && description.getLeaderId() == nodeId
                            ? withOffsets(description, topic)
                            : CompletableFuture.completedFuture(description));
        }
        return CompletableFuture.allOf(answers.toArray(new CompletableFuture<?>[0]))
                .thenApply(all -> answers.stream().map(CompletableFuture::join).toList());
    }

    private CompletableFuture<PartitionDescription> withOffsets(
            PartitionDescription description, TopicEntry topic) {
        PartitionQuery query =
                new PartitionQuery(
                        topic.name(),
                        description.getPartition(),
                        Optional.of(topic.topicId()),
                        OptionalInt.empty());
        return partitions
                .find(query)
                .thenApply(lookup -> withOffsets(description, lookup))
                .completeOnTimeout(description, AT_MOST.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static PartitionDescription withOffsets(
            PartitionDescription description, PartitionLookup lookup) {
        return lookup instanceof PartitionLookup.Here here
                ? description.toBuilder().setOffsets(offsets(here.leader())).build()
                : description;
    }

    /** Read in this order, so that they never contradict each other while the log grows. */
    private static PartitionOffsets offsets(PartitionLeader leader) {
        PartitionOffsets.Builder offsets =
                PartitionOffsets.newBuilder().setLogStartOffset(leader.logStartOffset());
        leader.highWatermark().ifPresent(offsets::setHighWatermark);
        return offsets.setLogEndOffset(leader.logEndOffset()).build();
    }
}
