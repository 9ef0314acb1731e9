// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli;

import io.taffrail.cli.bench.BenchCommand;
import io.taffrail.cli.cluster.BrokerCommand;
import io.taffrail.cli.cluster.ClusterCommand;
import io.taffrail.cli.log.LogCommand;
import io.taffrail.cli.node.DevClusterCommand;
import io.taffrail.cli.node.ServerCommand;
import io.taffrail.cli.quickstart.QuickstartCommand;
import io.taffrail.cli.records.ConsumeCommand;
import io.taffrail.cli.records.ProduceCommand;
import io.taffrail.cli.topic.TopicCommand;
import java.io.PrintWriter;
import java.util.logging.LogManager;
import picocli.CommandLine;

/** The program. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        // gRPC logs there what goes wrong, stack traces and all: a command says it in its own
        // words.
        LogManager.getLogManager().reset();
        int exitCode = run(Streams.ofProcess(), args);
        System.err.flush();
        System.exit(exitCode);
    }

    /** Runs one command in this process; returns the exit code. */
    public static int run(Streams streams, String... args) {
        Failures failures = new Failures(streams.err());
        return commandLine(streams)
                .setOut(
                        new PrintWriter(
                                streams.out(), true, java.nio.charset.StandardCharsets.UTF_8))
                .setErr(
                        new PrintWriter(
                                streams.err(), true, java.nio.charset.StandardCharsets.UTF_8))
                .setParameterExceptionHandler(failures)
                .setExecutionExceptionHandler(failures)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(args);
    }

    private static CommandLine commandLine(Streams streams) {
        TaffrailCommand taffrail = new TaffrailCommand();
        Connection connection = new Connection(taffrail);
        return new CommandLine(taffrail)
                .addSubcommand(new QuickstartCommand(streams, Main.class.getName()))
                .addSubcommand(new ServerCommand(streams))
                .addSubcommand(new DevClusterCommand(streams, Main.class.getName()))
                .addSubcommand(TopicCommand.commandLine(streams, connection))
                .addSubcommand(new ProduceCommand(streams, connection))
                .addSubcommand(new ConsumeCommand(streams, connection))
                .addSubcommand(ClusterCommand.commandLine(streams, connection))
                .addSubcommand(BrokerCommand.commandLine(streams, connection))
                .addSubcommand(BenchCommand.commandLine(streams, connection))
                .addSubcommand(LogCommand.commandLine(streams))
                .addSubcommand(new CompletionCommand(streams))
                .addSubcommand(new VersionCommand(streams));
    }
}
