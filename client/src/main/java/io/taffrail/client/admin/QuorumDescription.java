// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.admin;

import java.util.List;
import java.util.OptionalLong;

/**
 * The controllers' Raft group, as its leader sees it.
 *
 * @param leaderId node id of the active controller
 * @param snapshotIndex of the leader's newest snapshot; empty: none yet
 * @param peers the leader itself among them, by node id
 */
public record QuorumDescription(
        long term,
        int leaderId,
        long lastLogIndex,
        long commitIndex,
        long appliedIndex,
        OptionalLong snapshotIndex,
        List<QuorumPeer> peers) {
    public QuorumDescription {
        peers = List.copyOf(peers);
    }
}
