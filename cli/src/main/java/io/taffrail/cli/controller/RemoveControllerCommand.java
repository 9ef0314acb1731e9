// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.controller;

import io.taffrail.cli.CommandFailedException;
import io.taffrail.cli.Connection;
import io.taffrail.cli.OutputOption;
import io.taffrail.cli.Streams;
import io.taffrail.client.Admin;
import io.taffrail.client.TaffrailClient;
import io.taffrail.client.admin.QuorumPeer;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code taffrail cluster remove-controller}. */
@Command(
        name = "remove-controller",
        description = {
            "Take a node's vote among the controllers away.",
            "The node may be down. A broker on it is left as it is. The last controller stays."
        })
public final class RemoveControllerCommand implements Callable<Integer> {
    private final Streams streams;
    private final Connection connection;

    @Mixin private OutputOption output;

    @Parameters(paramLabel = "NODE", description = "The node's id.")
    private int nodeId;

    @Option(
            names = "--directory",
            paramLabel = "UUID",
            description = "Which data directory, if the node has two in the group.")
    private String directoryId;

    public RemoveControllerCommand(Streams streams, Connection connection) {
        this.streams = streams;
        this.connection = connection;
    }

    @Override
    public Integer call() throws IOException {
        return QuorumMembers.change(connection, streams, output, this::remove);
    }

    private List<QuorumPeer> remove(Admin admin) throws CommandFailedException {
        return TaffrailClient.await(
                admin.removeController(QuorumMembers.find(admin, nodeId, directoryId)));
    }
}
