// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication;

import io.taffrail.api.LogFailure;
import io.taffrail.broker.metadata.ClusterView;
import io.taffrail.broker.metadata.MissingTopic;
import io.taffrail.model.HostPort;
import io.taffrail.model.LogError;
import io.taffrail.model.TopicPartition;
import io.taffrail.model.cluster.BrokerEntry;
import io.taffrail.model.cluster.MetadataImage;
import io.taffrail.model.cluster.PartitionEntry;
import io.taffrail.model.cluster.TopicImage;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Finds leaders by the metadata, and waits for newer metadata where that may help (P14). */
public final class PartitionFinder implements Partitions {
    private static final Duration WAIT_FOR_TOPIC = Duration.ofSeconds(1);
    private static final Duration WAIT_FOR_EPOCH = Duration.ofSeconds(2);

    private final int brokerId;
    private final ClusterView cluster;
    private final Replicas replicas;
    private volatile LogFailure closed;

    public PartitionFinder(int brokerId, ClusterView cluster, Replicas replicas) {
        this.brokerId = brokerId;
        this.cluster = cluster;
        this.replicas = replicas;
    }

    /** From now on nothing is found here: the broker stops. */
    public void close(LogFailure why) {
        closed = why;
    }

    @Override
    public CompletableFuture<PartitionLookup> find(PartitionQuery query) {
        MetadataImage image = cluster.image();
        Optional<PartitionEntry> known = partition(query, image);
        if (closed != null) {
            return CompletableFuture.completedFuture(new PartitionLookup.Failed(closed));
        }
        if (known.isEmpty()) {
            return cluster.catchUp(WAIT_FOR_TOPIC).thenApply(newer -> lookUp(query, newer));
        }
        int wanted = query.leaderEpoch().orElse(0);
        if (known.get().leaderEpoch() < wanted) {
            return cluster.await(
                            newer ->
                                    partition(query, newer)
                                            .filter(entry -> entry.leaderEpoch() >= wanted)
                                            .isPresent(),
                            WAIT_FOR_EPOCH)
                    .thenApply(newer -> lookUp(query, newer));
        }
        return CompletableFuture.completedFuture(lookUp(query, image));
    }

    private static Optional<PartitionEntry> partition(PartitionQuery query, MetadataImage image) {
        return topic(query, image).flatMap(topic -> topic.partition(query.partition()));
    }

    private static Optional<TopicImage> topic(PartitionQuery query, MetadataImage image) {
        return image.topic(query.topic())
                .filter(topic -> query.topicId().map(topic.topic().topicId()::equals).orElse(true));
    }

    private PartitionLookup lookUp(PartitionQuery query, MetadataImage image) {
        Optional<PartitionEntry> known = partition(query, image);
        if (known.isEmpty()) {
            return new PartitionLookup.Failed(MissingTopic.failure(image, unknown(query, image)));
        }
        PartitionEntry partition = known.get();
        if (partition.leaderEpoch() < query.leaderEpoch().orElse(0)) {
            return failed(
                    LogError.LEADER_UNKNOWN,
                    "this broker has not yet heard of leader epoch "
                            + query.leaderEpoch().getAsInt()
                            + " of "
                            + named(query));
        }
        if (partition.leader().isEmpty()) {
            return leaderless(named(query) + " has no leader at present", partition);
        }
        int leader = partition.leader().getAsInt();
        return leader == brokerId ? here(query, partition) : elsewhere(query, partition, image);
    }

    private PartitionLookup here(PartitionQuery query, PartitionEntry partition) {
        Optional<LocalReplica> replica =
                replicas.replica(partition.topicId(), partition.partition());
        Optional<LeaderReplica> leader = replica.flatMap(LocalReplica::leader);
        if (leader.isPresent()) {
            return new PartitionLookup.Here(leader.get());
        }
        String why = replica.map(LocalReplica::unavailable).orElse("it is being opened");
        return leaderless(named(query) + " cannot be served: " + why, partition);
    }

    private PartitionLookup elsewhere(
            PartitionQuery query, PartitionEntry partition, MetadataImage image) {
        int leader = partition.leader().getAsInt();
        Optional<HostPort> address = image.broker(leader).flatMap(BrokerEntry::apiAddress);
        if (address.isEmpty()) {
            return leaderless(
                    named(query) + " is led by broker " + leader + ", whose address is unknown",
                    partition);
        }
        return new PartitionLookup.Elsewhere(
                new TopicPartition(query.topic(), partition.topicId(), partition.partition()),
                leader,
                address.get(),
                partition.leaderEpoch());
    }

    private static PartitionLookup leaderless(String message, PartitionEntry partition) {
        return new PartitionLookup.Failed(
                LogFailure.of(LogError.LEADER_UNKNOWN, message)
                        .with("leader_epoch", partition.leaderEpoch()));
    }

    private static PartitionLookup failed(LogError error, String message) {
        return new PartitionLookup.Failed(LogFailure.of(error, message));
    }

    private static String unknown(PartitionQuery query, MetadataImage image) {
        Optional<TopicImage> named = image.topic(query.topic());
        if (named.isEmpty()) {
            return "there is no topic '" + query.topic() + "'";
        }
        if (topic(query, image).isEmpty()) {
            return "topic '"
                    + query.topic()
                    + "' is "
                    + named.get().topic().topicId()
                    + ", not "
                    + query.topicId().orElseThrow()
                    + ": it was deleted and created again";
        }
        return "topic '"
                + query.topic()
                + "' has "
                + named.get().partitions().size()
                + " partitions, and no partition "
                + query.partition();
    }

    private static String named(PartitionQuery query) {
        return query.topic() + "-" + query.partition();
    }
}
