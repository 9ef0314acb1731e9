// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.admin;

import io.taffrail.model.cluster.MetadataVersion;
import java.util.List;
import java.util.OptionalInt;

/**
 * The cluster.
 *
 * @param version what the broker that answered had applied
 * @param activeControllerId empty: none is known at present
 * @param controllerIds node ids of the controllers' Raft group
 * @param featureLevel in effect
 * @param maxFeatureLevel the highest that all nodes support
 * @param brokers by id
 */
public record ClusterDescription(
        String clusterId,
        MetadataVersion version,
        OptionalInt activeControllerId,
        List<Integer> controllerIds,
        int featureLevel,
        int maxFeatureLevel,
        List<BrokerSummary> brokers,
        ClusterHealth health) {
    public ClusterDescription {
        controllerIds = List.copyOf(controllerIds);
        brokers = List.copyOf(brokers);
    }
}
