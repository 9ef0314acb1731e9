// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.log;

import io.taffrail.cli.OutputFormat;
import io.taffrail.cli.StandardOutput.ReaderGoneException;
import io.taffrail.cli.Streams;
import io.taffrail.logstore.inspect.Finding;
import io.taffrail.logstore.inspect.LogVerifier;
import io.taffrail.logstore.inspect.SegmentReport;
import io.taffrail.logstore.inspect.VerifyReport;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code taffrail log verify}. */
@Command(
        name = "verify",
        description = {
            "Verify the log in DIR: exit code 0 if it is sound, 1 if it is not.",
            "Reads all of it: every checksum; offsets and epochs along the batches; whether"
                    + " segments join; whether indexes, leader epochs, producer snapshots and the"
                    + " checkpoint agree with the batches. Changes nothing. An append that was cut"
                    + " off by the death of its process is no damage, and only noted."
        })
final class VerifyCommand implements Callable<Integer> {
    private final Streams streams;

    @Mixin private LogDirectory directory;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            completionCandidates = OutputFormat.Names.class,
            description =
                    "One of ${COMPLETION-CANDIDATES}. json: one object a line. Default:"
                            + " ${DEFAULT-VALUE}.")
    private OutputFormat output;

    VerifyCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws IOException {
        VerifyReport report = LogVerifier.run(directory.existing());
        try {
            print(report);
        } catch (ReaderGoneException e) {
            // The exit code says the most of it.
        }
        return report.isSound() ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private void print(VerifyReport report) throws IOException {
        try (LogPrinter printer =
                output == OutputFormat.JSON
                        ? new JsonPrinter(streams.out(), false)
                        : new TablePrinter(streams.out(), false)) {
            for (SegmentReport segment : report.segments()) {
                printer.segment(segment);
            }
            for (Finding finding : report.findings()) {
                printer.finding(finding);
            }
            printer.verdict(report);
        }
    }
}
