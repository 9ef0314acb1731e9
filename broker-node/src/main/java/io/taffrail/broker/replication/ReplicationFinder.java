// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication;

import io.taffrail.api.LogFailure;
import io.taffrail.broker.metadata.ClusterView;
import io.taffrail.model.LogError;
import io.taffrail.model.TopicId;
import io.taffrail.model.cluster.MetadataImage;
import io.taffrail.model.cluster.PartitionEntry;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Finds leaderships for followers, and waits for newer metadata where that may help (P14). */
public final class ReplicationFinder implements ReplicationSources {
    private static final Duration WAIT_FOR_EPOCH = Duration.ofSeconds(2);

    private final int brokerId;
    private final ClusterView cluster;
    private final Replicas replicas;

    public ReplicationFinder(int brokerId, ClusterView cluster, Replicas replicas) {
        this.brokerId = brokerId;
        this.cluster = cluster;
        this.replicas = replicas;
    }

    @Override
    public CompletableFuture<Lookup> find(TopicId topicId, int partition, int leaderEpoch) {
        if (knows(cluster.image(), topicId, partition, leaderEpoch)) {
            return CompletableFuture.completedFuture(lookUp(topicId, partition, leaderEpoch));
        }
        return cluster.await(newer -> knows(newer, topicId, partition, leaderEpoch), WAIT_FOR_EPOCH)
                .thenApply(newer -> lookUp(topicId, partition, leaderEpoch));
    }

    private static boolean knows(
            MetadataImage image, TopicId topicId, int partition, int leaderEpoch) {
        return image.partition(topicId, partition)
                .filter(entry -> entry.leaderEpoch() >= leaderEpoch)
                .isPresent();
    }

    private Lookup lookUp(TopicId topicId, int partition, int leaderEpoch) {
        Optional<LeaderReplica> leader = replicas.leader(topicId, partition);
        if (leader.isPresent() && leader.get().leaderEpoch() == leaderEpoch) {
            return new Lookup.Found(leader.get().replication());
        }
        Optional<PartitionEntry> entry = cluster.image().partition(topicId, partition);
        if (entry.isEmpty()) {
            return new Lookup.Failed(
                    LogFailure.of(
                            LogError.UNKNOWN_TOPIC,
                            "there is no partition " + partition + " of topic " + topicId));
        }
        int known = entry.get().leaderEpoch();
        LogError error = known > leaderEpoch ? LogError.STALE_EPOCH : LogError.LEADER_UNKNOWN;
        return new Lookup.Failed(
                LogFailure.of(
                                error,
                                "broker "
                                        + brokerId
                                        + " does not lead partition "
                                        + partition
                                        + " of topic "
                                        + topicId
                                        + " in epoch "
                                        + leaderEpoch
                                        + ": it knows of epoch "
                                        + known)
                        .with(known > leaderEpoch ? "current_epoch" : "leader_epoch", known));
    }
}
