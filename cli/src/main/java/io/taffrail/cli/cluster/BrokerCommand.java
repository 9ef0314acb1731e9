// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.cluster;

import io.taffrail.cli.Connection;
import io.taffrail.cli.Streams;
import io.taffrail.cli.reassign.DecommissionCommand;
import io.taffrail.cli.reassign.UnregisterCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code taffrail broker} and what is beneath it. */
@Command(name = "broker", description = "Show one broker, empty it, or forget it.")
public final class BrokerCommand {
    private BrokerCommand() {}

    public static CommandLine commandLine(Streams streams, Connection connection) {
        return new CommandLine(new BrokerCommand())
                .addSubcommand(new BrokerDescribeCommand(streams, connection))
                .addSubcommand(new DecommissionCommand(streams, connection))
                .addSubcommand(new UnregisterCommand(streams, connection));
    }
}
