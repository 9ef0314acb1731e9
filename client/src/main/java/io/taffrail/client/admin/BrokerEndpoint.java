// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.admin;

/**
 * An address of a node, and what answers there.
 *
 * @param address as advertised, host:port
 */
public record BrokerEndpoint(Kind kind, String address) {
    /** What answers. */
    public enum Kind {
        UNKNOWN,
        /** The gRPC API. */
        API,
        /** The controllers' Raft group. */
        RAFT,
        /** Metrics and health. */
        HTTP
    }
}
