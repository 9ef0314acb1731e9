// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.service;

import com.google.protobuf.Duration;
import io.taffrail.api.v1.DescribeQuorumResponse;
import io.taffrail.api.v1.QuorumPeer;
import io.taffrail.api.v1.QuorumRole;
import io.taffrail.controller.ControllerPeer;
import io.taffrail.controller.ratis.QuorumMember;
import io.taffrail.controller.ratis.RaftMember;
import java.util.Comparator;
import java.util.List;

/** Describes the Raft group as its leader sees it. */
final class QuorumReport {
    private final RaftMember member;
    private final int nodeId;
    private final List<ControllerPeer> peers;

    QuorumReport(RaftMember member, int nodeId, List<ControllerPeer> peers) {
        this.member = member;
        this.nodeId = nodeId;
        this.peers = peers;
    }

    DescribeQuorumResponse describe() {
        long lastLogIndex = member.lastLogIndex();
        DescribeQuorumResponse.Builder response =
                DescribeQuorumResponse.newBuilder()
                        .setTerm(member.term())
                        .setLeaderId(nodeId)
                        .setLastLogIndex(lastLogIndex)
                        .setCommitIndex(member.commitIndex())
                        .setAppliedIndex(member.state().image().version().index());
        member.snapshotIndex().ifPresent(response::setSnapshotIndex);
        member.members().stream()
                .sorted(Comparator.comparingInt(peer -> peer.name().nodeId()))
                .map(peer -> describe(peer, lastLogIndex))
                .forEach(response::addPeers);
        return response.build();
    }

    private QuorumPeer describe(QuorumMember peer, long lastLogIndex) {
        QuorumPeer.Builder proto =
                QuorumPeer.newBuilder()
                        .setNodeId(peer.name().nodeId())
                        .setDirectoryId(peer.name().directoryId().toString())
                        .setRole(
                                peer.sinceContactMs().isEmpty()
                                        ? QuorumRole.QUORUM_ROLE_LEADER
                                        : QuorumRole.QUORUM_ROLE_FOLLOWER)
                        .setRaftAddress(peer.raftAddress())
                        .setApiAddress(apiAddress(peer.name().nodeId()))
                        .setMatchIndex(peer.matchIndex())
                        .setLagEntries(Math.max(0, lastLogIndex - peer.matchIndex()));
        peer.sinceContactMs().ifPresent(millis -> proto.setSinceLastContact(duration(millis)));
        return proto.build();
    }

    private static Duration duration(long millis) {
        return Duration.newBuilder()
                .setSeconds(millis / 1000)
                .setNanos((int) (millis % 1000) * 1_000_000)
                .build();
    }

    private String apiAddress(int peerNodeId) {
        return peers.stream()
                .filter(peer -> peer.nodeId() == peerNodeId)
                .map(peer -> peer.apiAddress().toString())
                .findFirst()
                .orElse("");
    }
}
