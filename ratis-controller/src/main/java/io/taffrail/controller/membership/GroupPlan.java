// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.membership;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.taffrail.controller.quorum.PeerName;
import io.taffrail.controller.quorum.QuorumMember;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Which changes of the group are sound (P5): one at a time, and a member is only replaced while
 * every other voter is in contact and caught up. Refusals are thrown as a client is to see them.
 *
 * @param peers that vote at present
 * @param members as their leader sees them, itself first
 * @param committed index up to which entries are committed
 */
public record GroupPlan(List<GroupPeer> peers, List<QuorumMember> members, long committed) {
    private static final long IN_CONTACT_MS = Duration.ofSeconds(1).toMillis();

    /** Under load a follower is always some entries behind. */
    private static final long CAUGHT_UP_ENTRIES = 100;

    /** The group with {@code added}, less {@code replaced}; as it is if that is so already. */
    public List<GroupPeer> add(GroupPeer added, Optional<PeerName> replaced) {
        if (replaced.equals(Optional.of(added.name()))) {
            throw precondition("a controller cannot replace itself: " + added.name());
        }
        boolean isMember = has(added.name());
        boolean replacedIsMember = replaced.map(this::has).orElse(false);
        if (isMember && !replacedIsMember) {
            return peers; // asked for again
        }
        if (replaced.isPresent() && !replacedIsMember) {
            throw noMember(replaced.get());
        }
        for (GroupPeer peer : peers) {
            if (peer.name().nodeId() == added.name().nodeId()
                    && !replaced.equals(Optional.of(peer.name()))) {
                throw precondition(
                        String.format(
                                "node %d is a controller already, with the directory %s: to put another disk in its"
                                        + " place, replace it",
                                peer.name().nodeId(), peer.name().directoryId()));
            }
        }
        replaced.ifPresent(this::checkReplaced);
        checkOthers(replaced);
        List<GroupPeer> to = without(replaced);
        to.add(added);
        return to;
    }

    /** The group less {@code removed}; as it is if that is so already. */
    public List<GroupPeer> remove(PeerName removed) {
        if (!has(removed)) {
            throw noMember(removed);
        }
        if (peers.size() == 1) {
            throw precondition("the last controller cannot be removed");
        }
        checkOthers(Optional.of(removed));
        return without(Optional.of(removed));
    }

    /** Who is to lead: the one asked for, or whoever of the others is furthest. */
    public PeerName successor(Optional<Integer> nodeId) {
        List<QuorumMember> followers =
                members.stream().filter(member -> member.sinceContactMs().isPresent()).toList();
        if (nodeId.isPresent()) {
            return followers.stream()
                    .filter(member -> member.voter() && member.name().nodeId() == nodeId.get())
                    .findFirst()
                    .orElseThrow(
                            () ->
                                    Status.NOT_FOUND
                                            .withDescription(
                                                    "node " + nodeId.get() + " is no controller")
                                            .asRuntimeException())
                    .name();
        }
        return followers.stream()
                .filter(member -> member.voter() && isInContact(member))
                .max(Comparator.comparingLong(QuorumMember::matchIndex))
                .orElseThrow(() -> precondition("no other controller is in contact"))
                .name();
    }

    /** The member that leads. */
    public PeerName leader() {
        return members.get(0).name();
    }

    private boolean has(PeerName name) {
        return peers.stream().anyMatch(peer -> peer.name().equals(name));
    }

    private List<GroupPeer> without(Optional<PeerName> name) {
        List<GroupPeer> others = new ArrayList<>(peers);
        name.ifPresent(left -> others.removeIf(peer -> peer.name().equals(left)));
        return others;
    }

    /** Half of a group that is new could not be told from a group that lost its log. */
    private void checkReplaced(PeerName replaced) {
        if (peers.size() < 3) {
            throw precondition(
                    String.format(
                            "one of %d controllers cannot be replaced in one change: add the new one first, then"
                                    + " remove %s",
                            peers.size(), replaced));
        }
    }

    private void checkOthers(Optional<PeerName> leaving) {
        for (QuorumMember member : members) {
            if (leaving.equals(Optional.of(member.name())) || !member.voter()) {
                continue;
            }
            if (!isInContact(member)) {
                throw precondition(
                        String.format(
                                "controller %s is out of contact: the group changes only while every other"
                                        + " controller is there. Start it, or remove or replace it first",
                                member.name()));
            }
            if (member.matchIndex() + CAUGHT_UP_ENTRIES < committed) {
                throw precondition(
                        String.format(
                                "controller %s is still catching up, at entry %d of %d: try again",
                                member.name(), member.matchIndex(), committed));
            }
        }
    }

    private static boolean isInContact(QuorumMember member) {
        return member.sinceContactMs().orElse(0) <= IN_CONTACT_MS;
    }

    private static StatusRuntimeException noMember(PeerName name) {
        return Status.NOT_FOUND
                .withDescription(name + " is no member of the controllers' group")
                .asRuntimeException();
    }

    private static StatusRuntimeException precondition(String message) {
        return Status.FAILED_PRECONDITION.withDescription(message).asRuntimeException();
    }
}
