// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.controller;

import io.taffrail.cli.CommandFailedException;
import io.taffrail.cli.Connection;
import io.taffrail.cli.JsonLines;
import io.taffrail.cli.OutputOption;
import io.taffrail.cli.Streams;
import io.taffrail.cli.Table;
import io.taffrail.cli.json.ClusterJson;
import io.taffrail.client.Admin;
import io.taffrail.client.TaffrailClient;
import io.taffrail.client.admin.ControllerRef;
import io.taffrail.client.admin.QuorumPeer;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.ExitCode;

/** Members of the controllers' Raft group: found by node id, and shown after a change. */
final class QuorumMembers {
    private QuorumMembers() {}

    /** Those of a node: several if it has had several disks. */
    static List<QuorumPeer> ofNode(Admin admin, int nodeId) {
        return TaffrailClient.await(admin.describeQuorum()).peers().stream()
                .filter(peer -> peer.nodeId() == nodeId)
                .toList();
    }

    /**
     * The member that is meant.
     *
     * @param directoryId null: the node's only one
     */
    static ControllerRef find(Admin admin, int nodeId, String directoryId)
            throws CommandFailedException {
        if (directoryId != null) {
            return new ControllerRef(nodeId, directoryId);
        }
        List<QuorumPeer> found = ofNode(admin, nodeId);
        if (found.isEmpty()) {
            throw new CommandFailedException(
                    "node " + nodeId + " is no controller: 'taffrail cluster quorum' shows who is");
        }
        if (found.size() > 1) {
            throw new CommandFailedException(
                    "node "
                            + nodeId
                            + " has two data directories in the group: name one with --directory,"
                            + " as 'taffrail cluster quorum' shows them");
        }
        return ref(found.get(0));
    }

    static ControllerRef ref(QuorumPeer peer) {
        return new ControllerRef(peer.nodeId(), peer.directoryId());
    }

    /** A change of the group; returns its members after it. */
    interface Change {
        List<QuorumPeer> make(Admin admin) throws IOException;
    }

    /** Makes a change, and shows what the group is then. */
    static int change(Connection connection, Streams streams, OutputOption output, Change change)
            throws IOException {
        List<QuorumPeer> peers;
        try (TaffrailClient client = connection.open()) {
            peers = change.make(client.admin());
        }
        show(peers, streams, output);
        return ExitCode.OK;
    }

    private static void show(List<QuorumPeer> peers, Streams streams, OutputOption output)
            throws IOException {
        if (output.json()) {
            try (JsonLines lines = new JsonLines(streams.out())) {
                for (QuorumPeer peer : peers) {
                    lines.line(json -> ClusterJson.peer(json, peer));
                }
            }
            return;
        }
        Table table = new Table("NODE", "ROLE", "RAFT", "API", "DIRECTORY");
        for (QuorumPeer peer : peers) {
            table.row(
                    peer.nodeId(),
                    peer.role().name().toLowerCase(Locale.ROOT),
                    peer.raftAddress(),
                    peer.apiAddress(),
                    peer.directoryId());
        }
        table.writeTo(streams.out());
    }
}
