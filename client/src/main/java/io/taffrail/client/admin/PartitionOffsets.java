// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.admin;

import java.util.OptionalLong;

/**
 * Ends of a partition's log, on its leader.
 *
 * @param logStartOffset the first offset that is still there
 * @param highWatermark exclusive end of what is committed; empty: a new leader does not know it yet
 * @param logEndOffset exclusive end of the log
 */
public record PartitionOffsets(
        long logStartOffset, OptionalLong highWatermark, long logEndOffset) {}
