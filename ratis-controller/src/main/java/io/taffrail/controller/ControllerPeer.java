// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller;

import io.taffrail.model.HostPort;

/** A controller as listed in the configuration: where its Raft and its API are. */
public record ControllerPeer(int nodeId, HostPort raftAddress, HostPort apiAddress) {
    @Override
    public String toString() {
        return nodeId + "@" + raftAddress + "/" + apiAddress;
    }
}
