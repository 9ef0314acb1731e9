// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.bench;

import io.taffrail.cli.Connection;
import io.taffrail.cli.Streams;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code taffrail bench} and what is beneath it. */
@Command(
        name = "bench",
        description = {
            "Measure how fast the cluster is, through the Java client.",
            "MB are 10^6 bytes, counted of the values alone. The figures hold for this machine, this"
                    + " topic and these options; run each more than once."
        })
public final class BenchCommand {
    private BenchCommand() {}

    public static CommandLine commandLine(Streams streams, Connection connection) {
        return new CommandLine(new BenchCommand())
                .addSubcommand(new BenchProduceCommand(streams, connection))
                .addSubcommand(new BenchConsumeCommand(streams, connection))
                .addSubcommand(new BenchLatencyCommand(streams, connection));
    }
}
