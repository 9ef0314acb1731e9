// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.controller;

import io.taffrail.client.Admin;
import io.taffrail.client.TaffrailClient;
import io.taffrail.client.TaffrailException;
import io.taffrail.client.admin.ControllerRef;
import io.taffrail.client.admin.NewController;
import io.taffrail.client.admin.QuorumPeer;
import java.time.Duration;
import java.util.Optional;

/** The vote that a node's lost disk has among the controllers, and that its new one shall have. */
final class LostVote {
    /** A member that was heard of so lately has its disk. */
    private static final Duration IN_CONTACT = Duration.ofSeconds(5);

    /** One that runs is heard of several times in that time. */
    private static final Duration RUNS = Duration.ofSeconds(1);

    private final Admin admin;
    private final int nodeId;
    private final Optional<QuorumPeer> member;

    LostVote(Admin admin, int nodeId) {
        this.admin = admin;
        this.nodeId = nodeId;
        this.member = member();
    }

    private Optional<QuorumPeer> member() {
        return QuorumMembers.ofNode(admin, nodeId).stream()
                .filter(peer -> peer.role() != QuorumPeer.Role.STAGED)
                .findFirst();
    }

    /** Whether the node is a controller. */
    boolean exists() {
        return member.isPresent();
    }

    /** Whether it leads the others: then it runs. */
    boolean isActive() {
        return member.filter(peer -> peer.role() == QuorumPeer.Role.LEADER).isPresent();
    }

    /** Whether it is a controller that has not been heard of for some time. */
    boolean isSilent() {
        return exists() && !isActive() && !heardWithin(member, IN_CONTACT);
    }

    private static boolean heardWithin(Optional<QuorumPeer> peer, Duration time) {
        return peer.flatMap(QuorumPeer::sinceLastContact)
                .filter(since -> since.compareTo(time) < 0)
                .isPresent();
    }

    /**
     * Tries to give it to the disk that the node runs on; the node itself says which that is.
     *
     * @return why that could not be done yet; empty: that disk has it
     */
    Optional<String> move() {
        QuorumPeer old = member.orElseThrow();
        try {
            TaffrailClient.await(
                    admin.addController(
                            new NewController(
                                    new ControllerRef(nodeId, ""),
                                    old.raftAddress(),
                                    old.apiAddress(),
                                    Optional.of(QuorumMembers.ref(old)))));
            return Optional.empty();
        } catch (TaffrailException e) {
            return heardWithin(member(), RUNS) // it has it: the node was only down
                    ? Optional.empty()
                    : Optional.of(e.getMessage());
        }
    }
}
