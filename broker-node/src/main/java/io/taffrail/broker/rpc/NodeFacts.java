// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import io.taffrail.model.config.TopicDefaults;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a node is configured with and its services tell of.
 *
 * @param nodeId of this broker
 * @param controllerIds node ids of the controllers' Raft group
 * @param topicDefaults the cluster's defaults for topics' settings
 */
public record NodeFacts(int nodeId, SortedSet<Integer> controllerIds, TopicDefaults topicDefaults) {
    public NodeFacts {
        controllerIds = new TreeSet<>(controllerIds);
    }
}
