// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import io.taffrail.model.config.TopicDefaults;
import java.util.List;
import java.util.function.Supplier;

/**
 * What a node is configured with and its services tell of.
 *
 * @param nodeId of this broker
 * @param controllerIds node ids of the controllers, as far as is known
 * @param topicDefaults the cluster's defaults for topics' settings
 * @param maxRequestBytes what the servers take in one request: no topic's batches may be larger
 */
public record NodeFacts(
        int nodeId,
        Supplier<List<Integer>> controllerIds,
        TopicDefaults topicDefaults,
        int maxRequestBytes) {
    private static final int REQUEST_OVERHEAD_BYTES = 4 << 10;

    /** The largest batch that fits a request with what goes around it. */
    public int largestBatchBytes() {
        return maxRequestBytes - REQUEST_OVERHEAD_BYTES;
    }
}
