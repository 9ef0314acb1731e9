// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.controller;

import io.taffrail.cli.CommandFailedException;
import io.taffrail.cli.Connection;
import io.taffrail.cli.JsonLines;
import io.taffrail.cli.OutputOption;
import io.taffrail.cli.Streams;
import io.taffrail.cli.json.ReassignmentJson;
import io.taffrail.client.Admin;
import io.taffrail.client.PartitionRef;
import io.taffrail.client.TaffrailClient;
import io.taffrail.client.TaffrailException;
import io.taffrail.client.admin.BrokerSummary;
import io.taffrail.client.admin.ControllerRef;
import io.taffrail.client.admin.LostDisk;
import io.taffrail.client.admin.NewController;
import io.taffrail.client.admin.QuorumPeer;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code taffrail cluster replace-disk}. */
@Command(
        name = "replace-disk",
        description = {
            "Give a node's disk up for lost, so that the node may go on with an empty one.",
            "Its replicas are filled anew from the others. If it is a controller, its new disk takes"
                    + " the vote of the old one once the node runs on it: start the node then, and"
                    + " repeat the command. What is in use is left alone. Not for a disk that is"
                    + " only not mounted: with that, start the node again."
        })
public final class ReplaceDiskCommand implements Callable<Integer> {
    /** A member that was heard of so lately has its disk. */
    private static final Duration IN_CONTACT = Duration.ofSeconds(5);

    private final Streams streams;
    private final Connection connection;

    @Mixin private OutputOption output;

    @Parameters(paramLabel = "NODE", description = "The node's id.")
    private int nodeId;

    public ReplaceDiskCommand(Streams streams, Connection connection) {
        this.streams = streams;
        this.connection = connection;
    }

    @Override
    public Integer call() throws IOException {
        try (TaffrailClient client = connection.open()) {
            Admin admin = client.admin();
            Optional<QuorumPeer> silent = silentController(admin);
            Optional<BrokerSummary> fenced = fencedBroker(admin);
            if (silent.isEmpty() && fenced.isEmpty()) {
                throw new CommandFailedException(
                        "node " + nodeId + " is not known, or its disk is in use");
            }
            if (fenced.isPresent()) {
                replaceBroker(admin); // first: until then the node does not run on its new disk
            }
            if (silent.isPresent()) {
                replaceController(admin, silent.get());
            }
        }
        return ExitCode.OK;
    }

    private Optional<QuorumPeer> silentController(Admin admin) {
        return QuorumMembers.ofNode(admin, nodeId).stream()
                .filter(peer -> peer.role() != QuorumPeer.Role.LEADER)
                .filter(
                        peer ->
                                peer.sinceLastContact()
                                        .filter(since -> since.compareTo(IN_CONTACT) < 0)
                                        .isEmpty())
                .findFirst();
    }

    private Optional<BrokerSummary> fencedBroker(Admin admin) {
        return TaffrailClient.await(admin.describeCluster()).brokers().stream()
                .filter(broker -> broker.brokerId() == nodeId)
                .filter(broker -> broker.state() == BrokerSummary.State.FENCED)
                .findFirst();
    }

    /** The node itself says which directory it has now. */
    private void replaceController(Admin admin, QuorumPeer old) throws CommandFailedException {
        NewController replacement =
                new NewController(
                        new ControllerRef(nodeId, ""),
                        old.raftAddress(),
                        old.apiAddress(),
                        Optional.of(QuorumMembers.ref(old)));
        try {
            TaffrailClient.await(admin.addController(replacement));
        } catch (TaffrailException e) {
            throw new CommandFailedException(
                    e.getMessage()
                            + ". If the node does not run on its new disk yet, start it, and"
                            + " repeat this command",
                    e);
        }
        streams.err()
                .println("controller " + nodeId + ": its new disk has the vote of the old one");
    }

    private void replaceBroker(Admin admin) throws IOException {
        LostDisk lost = TaffrailClient.await(admin.replaceDisk(nodeId));
        if (output.json()) {
            try (JsonLines lines = new JsonLines(streams.out())) {
                lines.line(json -> ReassignmentJson.lostDisk(json, lost));
            }
        }
        streams.err()
                .printf(
                        "broker %d: its old disk is given up, replicas to be filled anew: %d%n",
                        nodeId, lost.replicaCount());
        if (!lost.leaderlessPartitions().isEmpty()) {
            streams.err()
                    .printf(
                            "had their last complete replica there, and have no leader: %s."
                                    + " 'taffrail cluster elect --unclean' accepts what is lost%n",
                            lost.leaderlessPartitions().stream()
                                    .map(PartitionRef::toString)
                                    .collect(Collectors.joining(", ")));
        }
    }
}
