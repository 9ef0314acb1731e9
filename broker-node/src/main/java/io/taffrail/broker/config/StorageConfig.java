// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.config;

import java.nio.file.Path;
import java.time.Duration;

/**
 * The disk.
 *
 * @param dataDirectory where everything of this node lies
 * @param reserveBytes room on its disk below which appends are refused
 * @param retentionInterval how often age and size of logs are looked at
 * @param compactionInterval how often logs with cleanup.policy=compact are compacted
 * @param checkpointInterval how often recovery points are written
 * @param scrubInterval how often a few MiB of some log are verified
 * @param replaceLostDisks of a controller: a broker that comes with an empty disk where it had
 *     another one fills it anew without being told to (P2)
 */
public record StorageConfig(
        Path dataDirectory,
        long reserveBytes,
        Duration retentionInterval,
        Duration compactionInterval,
        Duration checkpointInterval,
        Duration scrubInterval,
        boolean replaceLostDisks) {}
