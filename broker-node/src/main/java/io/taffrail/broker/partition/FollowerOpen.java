// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.partition;

import io.taffrail.model.cluster.DirectoryId;
import java.util.OptionalInt;

/**
 * What a follower says as it begins to follow, or goes on with finding where two logs part (P12).
 *
 * @param brokerEpoch the follower's registration
 * @param subscription rises with every open of that registration
 * @param directoryId where the replica lies
 * @param leaderEpoch in which it follows
 * @param logEndOffset exclusive end of its log, all of which it vouches for: under {@code
 *     flush=commit} it is fsynced
 * @param lastEpoch epoch of its log's last entry; empty: the log is empty
 * @param tombstoneHorizon every tombstone below it may be missing in its log (P22)
 */
public record FollowerOpen(
        int brokerId,
        long brokerEpoch,
        long subscription,
        DirectoryId directoryId,
        int leaderEpoch,
        long logEndOffset,
        OptionalInt lastEpoch,
        long tombstoneHorizon) {}
