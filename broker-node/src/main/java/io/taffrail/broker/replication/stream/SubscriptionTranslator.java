// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication.stream;

import com.google.protobuf.UnsafeByteOperations;
import io.taffrail.api.DirectoryIdTranslator;
import io.taffrail.api.TopicIdTranslator;
import io.taffrail.api.internal.v1.Divergence;
import io.taffrail.api.internal.v1.ReplicaStreamOpen;
import io.taffrail.api.internal.v1.ReplicateResponse;
import io.taffrail.api.internal.v1.RestartFrom;
import io.taffrail.api.internal.v1.SubscriptionAccepted;
import io.taffrail.api.internal.v1.SubscriptionAck;
import io.taffrail.api.internal.v1.SubscriptionOpen;
import io.taffrail.api.internal.v1.SubscriptionOpened;
import io.taffrail.broker.partition.FollowerOpen;
import io.taffrail.broker.replication.OpenOutcome;
import io.taffrail.broker.replication.ReplicaMarks;
import io.taffrail.broker.replication.ReplicationTarget;
import io.taffrail.broker.replication.ReplicationTarget.Run;
import io.taffrail.broker.replication.ReplicationTarget.Vouched;
import io.taffrail.logstore.RestartPoint;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** What leader and follower say of a subscription, in the messages of ReplicaService and back. */
final class SubscriptionTranslator {
    private SubscriptionTranslator() {}

    // What followers say

    static SubscriptionOpen toProto(int slot, ReplicationTarget target, FollowerOpen open) {
        SubscriptionOpen.Builder proto =
                SubscriptionOpen.newBuilder()
                        .setSlot(slot)
                        .setSubscription(open.subscription())
                        .setTopicId(TopicIdTranslator.toProto(target.partition().topicId()))
                        .setPartition(target.partition().partition())
                        .setLeaderEpoch(open.leaderEpoch())
                        .setDirectoryId(DirectoryIdTranslator.toProto(open.directoryId()))
                        .setLogEndOffset(open.logEndOffset())
                        .setTombstoneHorizon(open.tombstoneHorizon());
        open.lastEpoch().ifPresent(proto::setLastEpoch);
        return proto.build();
    }

    /**
     * An open, by who opened the stream.
     *
     * @throws IllegalArgumentException if an id has not its 16 bytes
     */
    static FollowerOpen toModel(ReplicaStreamOpen follower, SubscriptionOpen open) {
        return new FollowerOpen(
                follower.getBrokerId(),
                follower.getBrokerEpoch(),
                open.getSubscription(),
                DirectoryIdTranslator.toModel(open.getDirectoryId()),
                open.getLeaderEpoch(),
                open.getLogEndOffset(),
                open.hasLastEpoch() ? OptionalInt.of(open.getLastEpoch()) : OptionalInt.empty(),
                open.getTombstoneHorizon());
    }

    static SubscriptionAck toProto(int slot, Vouched vouched) {
        return SubscriptionAck.newBuilder()
                .setSlot(slot)
                .setSubscription(vouched.subscription())
                .setAcknowledgedOffset(vouched.offset())
                .setLogStartOffset(vouched.logStartOffset())
                .setCompactedOffset(vouched.compactedOffset())
                .build();
    }

    // What leaders say

    /** The answer to an open that was not refused. */
    static SubscriptionOpened toProto(OpenOutcome outcome) {
        SubscriptionOpened.Builder opened = SubscriptionOpened.newBuilder();
        if (outcome instanceof OpenOutcome.Diverged diverged) {
            Divergence.Builder divergence =
                    Divergence.newBuilder().setEndOffset(diverged.endOffset());
            diverged.leaderEpoch().ifPresent(divergence::setLeaderEpoch);
            opened.setDivergence(divergence);
        } else if (outcome instanceof OpenOutcome.Restart restart) {
            opened.setRestart(
                    RestartFrom.newBuilder()
                            .setLogStartOffset(restart.from().offset())
                            .setProducerSnapshot(
                                    UnsafeByteOperations.unsafeWrap(
                                            restart.from().producers().duplicate()))
                            .setTombstoneHorizon(restart.from().tombstoneHorizon()));
        } else {
            opened.setAccepted(SubscriptionAccepted.getDefaultInstance());
        }
        return opened.build();
    }

    static OptionalInt epochOf(Divergence divergence) {
        return divergence.hasLeaderEpoch()
                ? OptionalInt.of(divergence.getLeaderEpoch())
                : OptionalInt.empty();
    }

    static RestartPoint toModel(RestartFrom restart) {
        return new RestartPoint(
                restart.getLogStartOffset(),
                restart.getProducerSnapshot().asReadOnlyByteBuffer(),
                restart.getTombstoneHorizon());
    }

    static Run runOf(ReplicateResponse header) {
        return new Run(
                header.getSubscription(),
                header.getLeaderEpoch(),
                header.getFromOffset(),
                header.getNextOffset(),
                header.hasEpochBefore()
                        ? OptionalInt.of(header.getEpochBefore())
                        : OptionalInt.empty());
    }

    static io.taffrail.api.internal.v1.ReplicaMarks toProto(
            int slot, long subscription, ReplicaMarks marks) {
        io.taffrail.api.internal.v1.ReplicaMarks.Builder proto =
                io.taffrail.api.internal.v1.ReplicaMarks.newBuilder()
                        .setSlot(slot)
                        .setSubscription(subscription)
                        .setLogStartOffset(marks.logStartOffset())
                        .setTombstoneHorizon(marks.tombstoneHorizon());
        marks.highWatermark().ifPresent(proto::setHighWatermark);
        return proto.build();
    }

    static ReplicaMarks toModel(io.taffrail.api.internal.v1.ReplicaMarks proto) {
        return new ReplicaMarks(
                proto.hasHighWatermark()
                        ? OptionalLong.of(proto.getHighWatermark())
                        : OptionalLong.empty(),
                proto.getLogStartOffset(),
                proto.getTombstoneHorizon());
    }
}
