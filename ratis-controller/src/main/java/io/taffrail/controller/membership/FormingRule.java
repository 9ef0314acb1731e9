// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.membership;

import io.taffrail.controller.ControllerPeer;
import io.taffrail.controller.membership.FormingStep.Await;
import io.taffrail.controller.membership.FormingStep.Join;
import io.taffrail.controller.membership.FormingStep.Start;
import io.taffrail.controller.membership.FormingStep.Stop;
import io.taffrail.controller.membership.FormingStep.Write;
import io.taffrail.controller.quorum.PeerName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.UUID;

/**
 * Forming, as P5 says: all listed controllers are there, empty, and name the same list; then each
 * writes down what they form and says so; and only when all said so does Raft start. Whoever finds
 * a group that was formed without it waits to be added: it never votes on its own account.
 *
 * @param belongsTo the cluster that this node's data directory has joined before, if any
 * @param listed all controllers of the configuration, by node id
 */
record FormingRule(Optional<String> belongsTo, SortedMap<Integer, ControllerPeer> listed) {
    /**
     * Decides by what the other listed controllers answered.
     *
     * @param heard by node id; who did not answer is not in it
     */
    FormingStep next(Introduction self, Map<Integer, Introduction> heard) {
        if (self.written().isPresent()) {
            return start(self, self.written().get(), heard);
        }
        Optional<FormingStep> decided = byWhatIsWritten(self.name(), heard);
        if (decided.isPresent()) {
            return decided.get();
        }
        List<String> missing = new ArrayList<>();
        for (ControllerPeer peer : listed.values()) {
            if (peer.nodeId() != self.name().nodeId()) {
                missing(self, peer, Optional.ofNullable(heard.get(peer.nodeId())))
                        .ifPresent(missing::add);
            }
        }
        if (belongsTo.isPresent()) {
            missing.add(
                    "this node belongs to the cluster "
                            + belongsTo.get()
                            + " and forms no other: no controller of that cluster is reachable");
        }
        return missing.isEmpty() ? write(self.name(), heard) : new Await(missing);
    }

    private static Optional<String> missing(
            Introduction self, ControllerPeer peer, Optional<Introduction> heard) {
        if (heard.isEmpty()) {
            return Optional.of(unreachable(peer.nodeId()));
        }
        Introduction other = heard.get();
        if (other.name().nodeId() != peer.nodeId()) {
            return Optional.of(
                    String.format(
                            "the address of controller %d, %s, is node %d's: the list of controllers is"
                                    + " wrong",
                            peer.nodeId(), peer.apiAddress(), other.name().nodeId()));
        }
        if (!other.controllers().equals(self.controllers())) {
            return Optional.of(
                    String.format(
                            "controller %d lists the controllers %s, and this node lists %s: all have to"
                                    + " list the same",
                            peer.nodeId(), other.controllers(), self.controllers()));
        }
        return Optional.empty();
    }

    private static String unreachable(int nodeId) {
        return "controller " + nodeId + " is not reachable";
    }

    /** This controller has written it down; the others still have to say the same. */
    private static FormingStep start(
            Introduction self, FormedGroup group, Map<Integer, Introduction> heard) {
        List<String> missing = new ArrayList<>();
        for (PeerName peer : group.names()) {
            Introduction other = heard.get(peer.nodeId());
            if (peer.equals(self.name())) {
                continue;
            }
            if (other == null) {
                missing.add(unreachable(peer.nodeId()));
            } else if (!other.name().equals(peer)
                    || other.written().filter(theirs -> !theirs.equals(group)).isPresent()) {
                return twoClusters(self.name(), group, other);
            } else if (other.written().isEmpty()) {
                missing.add("controller " + peer.nodeId() + " has not written the group down yet");
            }
        }
        return missing.isEmpty() ? new Start() : new Await(missing);
    }

    /** This controller has nothing; others may have. */
    private Optional<FormingStep> byWhatIsWritten(PeerName self, Map<Integer, Introduction> heard) {
        Optional<UUID> joins = Optional.empty();
        for (Introduction other : heard.values()) {
            if (other.written().isEmpty()) {
                continue;
            }
            FormedGroup theirs = other.written().get();
            boolean named = theirs.names().contains(self);
            if (named && belongsTo.isEmpty()) {
                continue; // it is only this controller that has not written it down yet
            }
            if (named || other.configuration().members().contains(self)) {
                return Optional.of(lost(self, theirs));
            }
            if (!other.running()) {
                return Optional.of(excluded(self, other, theirs));
            }
            if (isAnother(theirs.clusterId(), joins)) {
                return Optional.of(otherCluster(theirs));
            }
            joins = Optional.of(theirs.clusterId());
        }
        return joins.map(Join::new);
    }

    private boolean isAnother(UUID clusterId, Optional<UUID> joins) {
        return joins.filter(other -> !other.equals(clusterId)).isPresent()
                || belongsTo.filter(own -> !own.equals(clusterId.toString())).isPresent();
    }

    private FormingStep write(PeerName self, Map<Integer, Introduction> heard) {
        List<GroupPeer> peers = new ArrayList<>();
        peers.add(peer(self));
        heard.values().forEach(other -> peers.add(peer(other.name())));
        Formation formation = Formation.of(self, peers);
        for (Introduction other : heard.values()) {
            if (other.written().filter(theirs -> !theirs.equals(formation.group())).isPresent()) {
                return twoClusters(self, formation.group(), other);
            }
        }
        return new Write(formation);
    }

    private GroupPeer peer(PeerName name) {
        ControllerPeer peer = listed.get(name.nodeId());
        return new GroupPeer(name, peer.raftAddress(), peer.apiAddress());
    }

    private static final String BEGIN_AGAIN =
            " A disk was replaced, or a data directory from before was kept. No cluster is there yet, so"
                    + " nothing is lost: empty the data.dir of these controllers and start them again.";

    private static Stop twoClusters(PeerName self, FormedGroup ours, Introduction other) {
        return new Stop(
                String.format(
                        "two clusters are being formed: this controller, %s, knows of the %s, and controller"
                                + " %s %s.%s",
                        self,
                        ours,
                        other.name(),
                        other.written().map(theirs -> "of the " + theirs).orElse("of none"),
                        BEGIN_AGAIN));
    }

    private static Stop excluded(PeerName self, Introduction other, FormedGroup theirs) {
        return new Stop(
                String.format(
                        "controller %s is forming the %s, without this one, %s.%s",
                        other.name(), theirs, self, BEGIN_AGAIN));
    }

    private static Stop lost(PeerName self, FormedGroup theirs) {
        return new Stop(
                String.format(
                        "this controller, %s, is a member of the cluster %s, and its Raft folder is gone. An"
                                + " empty log in its place could undo what was committed. Bring the folder"
                                + " back, or empty the whole data.dir and run 'taffrail cluster replace-disk"
                                + " %d'.",
                        self, theirs.clusterId(), self.nodeId()));
    }

    private Stop otherCluster(FormedGroup theirs) {
        return new Stop(
                String.format(
                        "a controller listed belongs to the cluster %s, and %s. Correct the list of"
                                + " controllers; a node that shall change its cluster needs an empty"
                                + " data.dir.",
                        theirs.clusterId(),
                        belongsTo
                                .map(own -> "this node to the cluster " + own)
                                .orElse("another one to another cluster")));
    }
}
