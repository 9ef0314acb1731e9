// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.log;

import io.taffrail.cli.Streams;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code taffrail log} and what is beneath it. */
@Command(
        name = "log",
        description = {
            "Work on the log of one partition, in its directory on this disk, without a server.",
            "append changes the log, and refuses one that another process holds. cat, dump and"
                    + " verify change nothing: they are safe on a damaged log, on a read-only disk,"
                    + " and on one that is written to."
        })
public final class LogCommand {
    private LogCommand() {}

    public static CommandLine commandLine(Streams streams) {
        return new CommandLine(new LogCommand())
                .addSubcommand(new AppendCommand(streams))
                .addSubcommand(new CatCommand(streams))
                .addSubcommand(new DumpCommand(streams))
                .addSubcommand(new VerifyCommand(streams));
    }
}
