// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication;

import io.taffrail.api.LogFailure;
import io.taffrail.broker.partition.ClusterMembers;
import io.taffrail.logstore.PartitionLog;
import io.taffrail.model.LogError;
import io.taffrail.model.TopicPartition;
import io.taffrail.model.cluster.BrokerEntry;
import io.taffrail.model.cluster.MetadataImage;
import io.taffrail.model.cluster.PartitionEntry;
import io.taffrail.model.cluster.TopicImage;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives replicas the role that the metadata says: to lead, to follow, or neither while there is no
 * leader. A role is one leader epoch, also with the same leader (P12, P15). On the metadata thread.
 */
final class ReplicaRoles {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicaRoles.class);

    private final ReplicaEnvironment environment;
    private final AtomicLong subscriptions = new AtomicLong();
    private volatile MetadataImage image = MetadataImage.EMPTY;
    private volatile boolean handingOver;

    ReplicaRoles(ReplicaEnvironment environment) {
        this.environment = environment;
    }

    /** What the roles are from now on given by. */
    void image(MetadataImage newest) {
        image = newest;
    }

    /** From now on leaderships end because this broker stops. */
    void beginHandOver() {
        handingOver = true;
    }

    /** Gives {@code replica} the role that its entry says. */
    void take(LocalReplica replica, PartitionLog log, TopicImage topic) {
        PartitionEntry entry = replica.entry();
        if (keeps(replica, entry, topic.partitions().size())) {
            return;
        }
        replica.resign(movedTo(replica.partition(), entry));
        if (entry.isLedBy(environment.brokerId())) {
            replica.lead(
                    new LeaderReplica(
                            environment, log, entry, topic.partitions().size(), new Members()));
            LOG.debug("leads {} in epoch {}", replica.partition(), entry.leaderEpoch());
        } else if (entry.leader().isPresent()) {
            FollowerReplica follower =
                    new FollowerReplica(
                            environment,
                            log,
                            entry,
                            subscriptions::incrementAndGet,
                            () -> replica.caughtUp(environment.brokerId()));
            replica.follow(follower);
            environment.streams().follow(follower);
        }
    }

    /** The epoch is the same: the role goes on, and hears what else changed. */
    private boolean keeps(LocalReplica replica, PartitionEntry entry, int partitionCount) {
        Optional<LeaderReplica> leading = replica.leader();
        if (leading.isPresent()
                && entry.isLedBy(environment.brokerId())
                && leading.get().leaderEpoch() == entry.leaderEpoch()) {
            leading.get().onMetadataChanged(entry, partitionCount);
            return true;
        }
        Optional<FollowerReplica> following = replica.follower();
        if (following.isPresent()
                && entry.isLedBy(following.get().leaderId())
                && following.get().leaderEpoch() == entry.leaderEpoch()) {
            following.get().onMetadataChanged(entry);
            return true;
        }
        return false;
    }

    /** What those hear who were with this broker when leadership moved. */
    LogFailure movedTo(TopicPartition partition, PartitionEntry entry) {
        LogError error = LogError.NOT_LEADER;
        String cause = "";
        if (handingOver) {
            // Whoever was here goes straight to the new leader, if there is one.
            cause = "broker " + environment.brokerId() + " is stopping: ";
            error = entry.leader().isPresent() ? LogError.RECONNECT : LogError.SHUTTING_DOWN;
        }
        LogFailure failure =
                LogFailure.of(
                                error,
                                cause
                                        + "the leadership over "
                                        + partition
                                        + " ended here: epoch "
                                        + entry.leaderEpoch()
                                        + " has begun")
                        .with("leader_epoch", entry.leaderEpoch());
        if (entry.leader().isEmpty()) {
            return failure;
        }
        int leader = entry.leader().getAsInt();
        failure = failure.with("leader_id", leader);
        Optional<String> address =
                image.broker(leader).flatMap(BrokerEntry::apiAddress).map(Object::toString);
        return address.isPresent() ? failure.with("leader_address", address.get()) : failure;
    }

    /** Other brokers, as the newest image has them. */
    private final class Members implements ClusterMembers {
        @Override
        public OptionalLong brokerEpoch(int brokerId) {
            Optional<BrokerEntry> broker = image.broker(brokerId);
            return broker.isPresent()
                    ? OptionalLong.of(broker.get().brokerEpoch())
                    : OptionalLong.empty();
        }

        @Override
        public boolean mayJoin(int brokerId) {
            return image.broker(brokerId)
                    .filter(broker -> broker.active() && !broker.readOnly())
                    .isPresent();
        }
    }
}
