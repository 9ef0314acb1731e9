// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import java.util.List;

/**
 * What a server serves.
 *
 * @param api for clients; long streams end themselves with their {@link
 *     io.taffrail.broker.connection.StreamLifetime}, and health is reported for each
 * @param internal for the other nodes of the cluster; cut off when the server stops
 */
public record ApiServices(List<ServerServiceDefinition> api, List<BindableService> internal) {
    public ApiServices {
        api = List.copyOf(api);
        internal = List.copyOf(internal);
    }
}
