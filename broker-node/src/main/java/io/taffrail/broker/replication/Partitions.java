// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication;

import java.util.concurrent.CompletableFuture;

/** Where a partition is led; what every request asks first. Never blocks. */
public interface Partitions {
    /**
     * Finds the leader of a partition. If the broker's metadata is older than what the client knows
     * (the topic, its id, the leader epoch), waits for newer: for a topic that is unknown at most 1
     * s, for an epoch at most 2 s (P14). Completes at once otherwise; never fails.
     */
    CompletableFuture<PartitionLookup> find(PartitionQuery query);
}
