// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.config;

/** What a node is in its cluster. */
public enum Role {
    /** Holds replicas and serves clients. */
    BROKER,
    /** Has a vote on the cluster's metadata. */
    CONTROLLER
}
