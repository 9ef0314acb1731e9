// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication;

import java.util.OptionalLong;

/**
 * What a follower takes over from its leader.
 *
 * @param highWatermark empty while a new leader does not know it (KIP-207)
 * @param logStartOffset only the leader moves it (P16)
 * @param tombstoneHorizon every tombstone below it may be gone (P22)
 */
public record ReplicaMarks(
        OptionalLong highWatermark, long logStartOffset, long tombstoneHorizon) {}
