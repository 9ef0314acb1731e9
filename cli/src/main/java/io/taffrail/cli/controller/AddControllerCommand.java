// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.controller;

import io.taffrail.cli.CommandFailedException;
import io.taffrail.cli.Connection;
import io.taffrail.cli.OutputOption;
import io.taffrail.cli.Streams;
import io.taffrail.client.Admin;
import io.taffrail.client.TaffrailClient;
import io.taffrail.client.admin.BrokerSummary;
import io.taffrail.client.admin.ControllerRef;
import io.taffrail.client.admin.NewController;
import io.taffrail.client.admin.QuorumPeer;
import io.taffrail.model.HostPort;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code taffrail cluster add-controller}. */
@Command(
        name = "add-controller",
        description = {
            "Give a node that runs a vote among the controllers.",
            "Only while all other controllers are in contact and caught up. With --replaces the old"
                    + " one loses its vote in the same change."
        })
public final class AddControllerCommand implements Callable<Integer> {
    private final Streams streams;
    private final Connection connection;

    @Mixin private OutputOption output;

    @Parameters(paramLabel = "NODE", description = "The node's id.")
    private int nodeId;

    @Option(
            names = "--api",
            paramLabel = "HOST:PORT",
            description = "Where the node's API is. Default: as the broker of that id says.")
    private String api;

    @Option(
            names = "--raft",
            paramLabel = "HOST:PORT",
            description =
                    "Where it listens for Raft; not to be changed afterwards. Default: as it says"
                            + " itself.")
    private String raft = "";

    @Option(
            names = "--directory",
            paramLabel = "UUID",
            description = "The id of its data directory. Default: as it says itself.")
    private String directoryId = "";

    @Option(
            names = "--replaces",
            paramLabel = "NODE",
            description = "A controller that loses its vote in the same change.")
    private Integer replaced;

    public AddControllerCommand(Streams streams, Connection connection) {
        this.streams = streams;
        this.connection = connection;
    }

    @Override
    public Integer call() throws IOException {
        return QuorumMembers.change(connection, streams, output, this::add);
    }

    private List<QuorumPeer> add(Admin admin) throws CommandFailedException {
        NewController added =
                new NewController(
                        new ControllerRef(nodeId, directoryId),
                        raft.isEmpty() ? raft : HostPort.parse(raft).toString(),
                        api == null ? apiOfBroker(admin) : HostPort.parse(api).toString(),
                        replaced == null
                                ? Optional.empty()
                                : Optional.of(QuorumMembers.find(admin, replaced, null)));
        return TaffrailClient.await(admin.addController(added));
    }

    private String apiOfBroker(Admin admin) throws CommandFailedException {
        return TaffrailClient.await(admin.describeCluster()).brokers().stream()
                .filter(broker -> broker.brokerId() == nodeId)
                .map(BrokerSummary::address)
                .findFirst()
                .orElseThrow(
                        () ->
                                new CommandFailedException(
                                        "no broker has the id "
                                                + nodeId
                                                + ": say with --api where the node's API is"));
    }
}
