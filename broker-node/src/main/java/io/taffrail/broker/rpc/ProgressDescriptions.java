// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import com.google.protobuf.Duration;
import io.taffrail.api.internal.v1.FollowerProgress;
import io.taffrail.api.internal.v1.PartitionProgress;
import io.taffrail.api.v1.PartitionDescription;
import io.taffrail.api.v1.PartitionOffsets;
import io.taffrail.api.v1.ReplicaDescription;
import io.taffrail.api.v1.ReplicaProgress;

/** What leaders say of their replicas, as clients see it. */
final class ProgressDescriptions {
    private ProgressDescriptions() {}

    /** The same description, with the ends of the log and how far each replica is. */
    static PartitionDescription add(PartitionProgress progress, PartitionDescription description) {
        PartitionOffsets.Builder offsets =
                PartitionOffsets.newBuilder()
                        .setLogStartOffset(progress.getLogStartOffset())
                        .setLogEndOffset(progress.getLogEndOffset());
        if (progress.hasHighWatermark()) {
            offsets.setHighWatermark(progress.getHighWatermark());
        }
        PartitionDescription.Builder told = description.toBuilder().setOffsets(offsets);
        for (ReplicaDescription.Builder replica : told.getReplicasBuilderList()) {
            if (description.hasLeaderId() && replica.getBrokerId() == description.getLeaderId()) {
                replica.setProgress(ofLeader(progress));
                continue;
            }
            for (FollowerProgress follower : progress.getFollowersList()) {
                if (follower.getBrokerId() == replica.getBrokerId()) {
                    replica.setProgress(ofFollower(follower, progress));
                }
            }
        }
        return told.build();
    }

    private static ReplicaProgress ofLeader(PartitionProgress progress) {
        return ReplicaProgress.newBuilder()
                .setAcknowledgedOffset(progress.getLogEndOffset())
                .setLagTime(Duration.getDefaultInstance())
                .setSizeBytes(progress.getLogBytes())
                .build();
    }

    private static ReplicaProgress ofFollower(
            FollowerProgress follower, PartitionProgress progress) {
        long lagMs = Math.max(0, follower.getLagMs());
        return ReplicaProgress.newBuilder()
                .setAcknowledgedOffset(follower.getAcknowledgedOffset())
                .setLagRecords(
                        Math.max(0, progress.getLogEndOffset() - follower.getAcknowledgedOffset()))
                .setLagTime(
                        Duration.newBuilder()
                                .setSeconds(lagMs / 1000)
                                .setNanos((int) (lagMs % 1000) * 1_000_000))
                .build();
    }
}
