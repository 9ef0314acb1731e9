// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import io.taffrail.api.internal.v1.FollowerProgress;
import io.taffrail.api.internal.v1.PartitionProgress;
import io.taffrail.model.cluster.PartitionEntry;
import java.util.Optional;

/**
 * How much of a move is copied, of all replicas that it adds.
 *
 * @param copiedBytes that they have
 * @param remainingBytes that they lack
 */
record CopyProgress(long copiedBytes, long remainingBytes) {
    /** As the partition's leader says; one that has not begun to follow lacks the whole log. */
    static CopyProgress of(PartitionEntry partition, PartitionProgress progress) {
        long copied = 0;
        long remaining = 0;
        for (int brokerId : partition.adding()) {
            long lag =
                    follower(progress, brokerId)
                            .map(FollowerProgress::getLagBytes)
                            .orElse(progress.getLogBytes());
            long lacks = Math.min(lag, progress.getLogBytes());
            remaining += lacks;
            copied += progress.getLogBytes() - lacks;
        }
        return new CopyProgress(copied, remaining);
    }

    private static Optional<FollowerProgress> follower(PartitionProgress progress, int brokerId) {
        return progress.getFollowersList().stream()
                .filter(follower -> follower.getBrokerId() == brokerId)
                .findFirst();
    }
}
