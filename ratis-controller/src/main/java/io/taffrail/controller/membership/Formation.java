// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.membership;

import io.taffrail.controller.quorum.PeerName;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

/**
 * What a controller writes down before Raft starts for the first time (P5): which cluster this is,
 * and who forms it.
 *
 * @param clusterId a UUID, the name of the Raft group too
 * @param self this member
 * @param peers those who form the group, by name; empty: this member waits to be added, or was
 */
public record Formation(UUID clusterId, PeerName self, List<GroupPeer> peers, Stage stage) {
    /** How far it came. */
    public enum Stage {
        /** Raft is about to start. */
        FORMING,
        /** Raft's own files are complete here: from then on they must be there. */
        FORMED,
        /** The group goes on without this member, for good. */
        REMOVED
    }

    public Formation {
        peers =
                peers.stream()
                        .sorted(Comparator.comparing(peer -> peer.name().toString()))
                        .toList();
    }

    /** That of the cluster that these peers form. */
    public static Formation of(PeerName self, Collection<GroupPeer> peers) {
        FormedGroup group = FormedGroup.of(peers.stream().map(GroupPeer::name).toList());
        return new Formation(group.clusterId(), self, List.copyOf(peers), Stage.FORMING);
    }

    /** To wait, with nothing, until that cluster's controllers take this one in. */
    public static Formation toJoin(UUID clusterId, PeerName self) {
        return new Formation(clusterId, self, List.of(), Stage.FORMING);
    }

    public Formation as(Stage next) {
        return new Formation(clusterId, self, peers, next);
    }

    public FormedGroup group() {
        return new FormedGroup(clusterId, peers.stream().map(GroupPeer::name).toList());
    }
}
