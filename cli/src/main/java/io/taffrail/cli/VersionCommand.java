// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;

/** {@code taffrail version}. */
@Command(name = "version", description = "Print the version, as --version does.")
final class VersionCommand implements Callable<Integer> {
    private final Streams streams;

    VersionCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws IOException {
        for (String line : new Version().getVersion()) {
            streams.out().write((line + "\n").getBytes(UTF_8));
        }
        return ExitCode.OK;
    }
}
