// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.cluster;

import io.taffrail.cli.Connection;
import io.taffrail.cli.Streams;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code taffrail cluster} and what is beneath it. */
@Command(name = "cluster", description = "Show the cluster, how it is, and what changes in it.")
public final class ClusterCommand {
    private ClusterCommand() {}

    public static CommandLine commandLine(Streams streams, Connection connection) {
        return new CommandLine(new ClusterCommand())
                .addSubcommand(new DescribeCommand(streams, connection))
                .addSubcommand(new HealthCommand(streams, connection))
                .addSubcommand(new QuorumCommand(streams, connection))
                .addSubcommand(new WatchCommand(streams, connection));
    }
}
