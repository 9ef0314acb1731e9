// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.lifecycle;

import io.taffrail.model.cluster.Endpoint;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Who registers.
 *
 * @param incarnationId random for each process
 * @param endpoints as advertised
 * @param softwareVersion for people
 */
public record BrokerIdentity(
        int brokerId,
        UUID incarnationId,
        List<Endpoint> endpoints,
        Optional<String> rack,
        String softwareVersion) {
    /** The feature levels that this software knows. */
    public static final int MIN_FEATURE_LEVEL = 1;

    public static final int MAX_FEATURE_LEVEL = 1;

    public BrokerIdentity {
        endpoints = List.copyOf(endpoints);
    }
}
