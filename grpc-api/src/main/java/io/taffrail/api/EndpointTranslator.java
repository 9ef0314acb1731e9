// SPDX-License-Identifier: Apache-2.0
package io.taffrail.api;

import io.taffrail.api.v1.BrokerEndpoint;
import io.taffrail.api.v1.EndpointKind;
import io.taffrail.model.HostPort;
import io.taffrail.model.cluster.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Addresses of nodes. */
public final class EndpointTranslator {
    private EndpointTranslator() {}

    public static BrokerEndpoint toProto(Endpoint endpoint) {
        return BrokerEndpoint.newBuilder()
                .setKind(
                        switch (endpoint.kind()) {
                            case API -> EndpointKind.ENDPOINT_KIND_API;
                            case RAFT -> EndpointKind.ENDPOINT_KIND_RAFT;
                            case HTTP -> EndpointKind.ENDPOINT_KIND_HTTP;
                        })
                .setAddress(endpoint.address().toString())
                .build();
    }

    public static List<BrokerEndpoint> toProtos(List<Endpoint> endpoints) {
        return endpoints.stream().map(EndpointTranslator::toProto).toList();
    }

    /**
     * Without those of a kind that only a later version knows: nobody here would use them.
     *
     * @throws IllegalArgumentException if an address is none
     */
    public static List<Endpoint> toModels(List<BrokerEndpoint> endpoints) {
        List<Endpoint> known = new ArrayList<>();
        for (BrokerEndpoint endpoint : endpoints) {
            kind(endpoint.getKind())
                    .ifPresent(
                            kind ->
                                    known.add(
                                            new Endpoint(
                                                    kind, HostPort.parse(endpoint.getAddress()))));
        }
        return known;
    }

    private static Optional<Endpoint.Kind> kind(EndpointKind kind) {
        return switch (kind) {
            case ENDPOINT_KIND_API -> Optional.of(Endpoint.Kind.API);
            case ENDPOINT_KIND_RAFT -> Optional.of(Endpoint.Kind.RAFT);
            case ENDPOINT_KIND_HTTP -> Optional.of(Endpoint.Kind.HTTP);
            case ENDPOINT_KIND_UNSPECIFIED, UNRECOGNIZED -> Optional.empty();
        };
    }
}
