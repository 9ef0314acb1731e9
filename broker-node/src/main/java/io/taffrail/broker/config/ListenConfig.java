// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.config;

import io.taffrail.model.HostPort;
import java.util.Optional;

/**
 * Where a node listens, and under which address others find it. A port 0 is a free one that the
 * system chooses.
 *
 * @param api for gRPC
 * @param advertisedApi the address given to clients and to other nodes; empty: as listened
 * @param raft for the other controllers
 * @param http for metrics and health
 */
public record ListenConfig(
        HostPort api, Optional<HostPort> advertisedApi, HostPort raft, HostPort http) {
    /** The address to give to others, when the API is bound to {@code boundPort}. */
    public HostPort advertised(int boundPort) {
        return advertisedApi.orElse(api.withPort(boundPort));
    }
}
