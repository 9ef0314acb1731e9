// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication;

import io.taffrail.broker.Subscription;
import io.taffrail.broker.partition.FollowerOpen;
import io.taffrail.model.TopicPartition;

/**
 * A partition that this broker leads, in one leader epoch, as its followers' streams see it. Ends
 * with that epoch. Safe for any thread.
 */
public interface ReplicationSource {
    TopicPartition partition();

    int leaderEpoch();

    /**
     * Answers a follower. An accepted open ends the subscription that the follower had before, and
     * sets what it has acknowledged. May read the disk.
     */
    OpenOutcome open(FollowerOpen open);

    /**
     * Calls {@code listener} after the log end, the high watermark or the log start moved, or a
     * subscription or the leadership ended; not with every change, but after the last one. The
     * listener must not block, and may be called on any thread.
     */
    Subscription subscribeReplication(Runnable listener);
}
