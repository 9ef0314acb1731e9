// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.cluster;

import io.taffrail.cli.Connection;
import io.taffrail.cli.Streams;
import io.taffrail.cli.controller.AddControllerCommand;
import io.taffrail.cli.controller.RemoveControllerCommand;
import io.taffrail.cli.controller.ReplaceDiskCommand;
import io.taffrail.cli.controller.TransferControllerCommand;
import io.taffrail.cli.reassign.ElectCommand;
import io.taffrail.cli.reassign.ReassignCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code taffrail cluster} and what is beneath it. */
@Command(
        name = "cluster",
        description =
                "Show the cluster and what changes in it; move and elect; change controllers.")
public final class ClusterCommand {
    private ClusterCommand() {}

    public static CommandLine commandLine(Streams streams, Connection connection) {
        return new CommandLine(new ClusterCommand())
                .addSubcommand(new DescribeCommand(streams, connection))
                .addSubcommand(new HealthCommand(streams, connection))
                .addSubcommand(new QuorumCommand(streams, connection))
                .addSubcommand(new WatchCommand(streams, connection))
                .addSubcommand(new ReassignCommand(streams, connection))
                .addSubcommand(new ElectCommand(streams, connection))
                .addSubcommand(new ReplaceDiskCommand(streams, connection))
                .addSubcommand(new AddControllerCommand(streams, connection))
                .addSubcommand(new RemoveControllerCommand(streams, connection))
                .addSubcommand(new TransferControllerCommand(streams, connection));
    }
}
