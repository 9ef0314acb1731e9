// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.admin;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * How far a replica is.
 *
 * @param acknowledgedOffset exclusive end of what it acknowledged
 * @param lagRecords the leader's log end offset less acknowledgedOffset
 * @param lagTime since it was last at the leader's log end
 * @param sizeBytes of its segments; empty: not known
 */
public record ReplicaProgress(
        long acknowledgedOffset, long lagRecords, Duration lagTime, OptionalLong sizeBytes) {}
