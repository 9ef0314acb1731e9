// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.topic;

import io.taffrail.cli.Connection;
import io.taffrail.cli.Streams;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code taffrail topic} and what is beneath it. */
@Command(name = "topic", description = "Make, show, change and delete topics.")
public final class TopicCommand {
    private TopicCommand() {}

    public static CommandLine commandLine(Streams streams, Connection connection) {
        return new CommandLine(new TopicCommand())
                .addSubcommand(new CreateCommand(streams, connection))
                .addSubcommand(new ListCommand(streams, connection))
                .addSubcommand(new DescribeCommand(streams, connection))
                .addSubcommand(new AlterCommand(streams, connection))
                .addSubcommand(new OffsetsCommand(streams, connection))
                .addSubcommand(new TrimCommand(streams, connection))
                .addSubcommand(new DeleteCommand(streams, connection));
    }
}
