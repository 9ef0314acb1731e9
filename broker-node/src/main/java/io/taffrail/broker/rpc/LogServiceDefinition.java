// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.taffrail.api.v1.LogServiceGrpc;
import java.util.Collection;

/** LogService, put together out of methods that bring their own marshallers. */
public final class LogServiceDefinition {
    private LogServiceDefinition() {}

    /**
     * The service.
     *
     * @param methods each of LogService's, once
     * @throws io.taffrail.model.BrokenInvariantException if one is missing or of another service
     */
    public static ServerServiceDefinition of(Collection<ServerMethodDefinition<?, ?>> methods) {
        return MethodDefinitions.service(LogServiceGrpc.getServiceDescriptor(), methods);
    }
}
