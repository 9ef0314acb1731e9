// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli;

import io.taffrail.cli.log.LogCommand;
import java.io.PrintWriter;
import picocli.CommandLine;

/** The program. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        int exitCode = run(Streams.ofProcess(), args);
        System.err.flush();
        System.exit(exitCode);
    }

    /** Runs one command; returns the exit code. */
    static int run(Streams streams, String... args) {
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
        return new CommandLine(new TaffrailCommand())
                .addSubcommand(LogCommand.commandLine(streams))
                .addSubcommand(new CompletionCommand(streams));
    }
}
