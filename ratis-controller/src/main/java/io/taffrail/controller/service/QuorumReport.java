// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.service;

import com.google.protobuf.Duration;
import io.taffrail.api.v1.DescribeQuorumResponse;
import io.taffrail.api.v1.QuorumPeer;
import io.taffrail.api.v1.QuorumRole;
import io.taffrail.controller.quorum.Quorum;
import io.taffrail.controller.quorum.QuorumMember;
import java.util.Comparator;

/** Describes the Raft group as its leader sees it. */
final class QuorumReport {
    private final Quorum quorum;
    private final int nodeId;

    QuorumReport(Quorum quorum, int nodeId) {
        this.quorum = quorum;
        this.nodeId = nodeId;
    }

    DescribeQuorumResponse describe() {
        long lastLogIndex = quorum.lastLogIndex();
        DescribeQuorumResponse.Builder response =
                DescribeQuorumResponse.newBuilder()
                        .setTerm(quorum.term())
                        .setLeaderId(nodeId)
                        .setLastLogIndex(lastLogIndex)
                        .setCommitIndex(quorum.commitIndex())
                        .setAppliedIndex(quorum.state().image().version().index());
        quorum.snapshotIndex().ifPresent(response::setSnapshotIndex);
        quorum.members().stream()
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
                        .setRole(role(peer))
                        .setRaftAddress(peer.raftAddress())
                        .setApiAddress(peer.apiAddress())
                        .setMatchIndex(peer.matchIndex())
                        .setLagEntries(Math.max(0, lastLogIndex - peer.matchIndex()));
        peer.sinceContactMs().ifPresent(millis -> proto.setSinceLastContact(duration(millis)));
        return proto.build();
    }

    private static QuorumRole role(QuorumMember peer) {
        if (peer.sinceContactMs().isEmpty()) {
            return QuorumRole.QUORUM_ROLE_LEADER;
        }
        return peer.voter() ? QuorumRole.QUORUM_ROLE_FOLLOWER : QuorumRole.QUORUM_ROLE_STAGED;
    }

    private static Duration duration(long millis) {
        return Duration.newBuilder()
                .setSeconds(millis / 1000)
                .setNanos((int) (millis % 1000) * 1_000_000)
                .build();
    }
}
