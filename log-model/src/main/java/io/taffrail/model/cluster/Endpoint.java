// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model.cluster;

import io.taffrail.model.HostPort;

/** An address of a node as advertised, and what answers there. */
public record Endpoint(Kind kind, HostPort address) {
    /** What answers. */
    public enum Kind {
        /** The gRPC API. */
        API,
        /** The controllers' Raft group. */
        RAFT,
        /** Metrics and health over HTTP. */
        HTTP
    }
}
