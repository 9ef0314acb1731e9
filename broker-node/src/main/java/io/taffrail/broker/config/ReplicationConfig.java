// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.config;

import java.time.Duration;

/**
 * Replication between brokers.
 *
 * @param lag a replica that was not at its leader's log end for as long leaves the ISR
 * @param catchUpBytesPerSecond what this broker receives, over all partitions, for replicas that
 *     are not in sync, unless a reassignment says another limit; 0: no limit
 */
public record ReplicationConfig(Duration lag, long catchUpBytesPerSecond) {}
