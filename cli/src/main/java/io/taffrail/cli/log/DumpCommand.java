// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.log;

import io.taffrail.cli.OutputFormat;
import io.taffrail.cli.Streams;
import io.taffrail.logstore.inspect.LogFiles;
import io.taffrail.logstore.inspect.LogStep;
import io.taffrail.logstore.inspect.LogStep.Damage;
import io.taffrail.logstore.inspect.LogStep.Entry;
import io.taffrail.logstore.inspect.LogStep.Misplaced;
import io.taffrail.logstore.inspect.LogStep.SegmentBegins;
import io.taffrail.logstore.inspect.LogWalk;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code taffrail log dump}. */
@Command(
        name = "dump",
        description = {
            "Show the batches of the log in DIR, or its segments.",
            "Every checksum is verified. Where bytes are damaged, it says from where to where, and"
                    + " goes on behind. Changes nothing. Fails only if the files cannot be read:"
                    + " whether a log is sound, 'log verify' says."
        })
final class DumpCommand implements Callable<Integer> {
    private final Streams streams;

    @Spec private CommandSpec spec;

    @Mixin private LogDirectory directory;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            completionCandidates = OutputFormat.Names.class,
            description =
                    "One of ${COMPLETION-CANDIDATES}. json: one object a line, with the field names"
                            + " of RecordBatch in records.proto. Default: ${DEFAULT-VALUE}.")
    private OutputFormat output;

    @Option(
            names = "--from",
            paramLabel = "OFFSET",
            defaultValue = "0",
            description =
                    "Begin with the batch that holds OFFSET. Default: the first in the files.")
    private long from;

    @Option(names = "--records", description = "Show the records of each batch too.")
    private boolean records;

    @Option(names = "--segments", description = "Show segments in place of batches.")
    private boolean segments;

    DumpCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws IOException {
        if (from < 0) {
            throw new ParameterException(spec.commandLine(), "--from must not be negative");
        }
        if (records && segments) {
            throw new ParameterException(
                    spec.commandLine(), "--records and --segments exclude each other");
        }
        LogFiles log = directory.existing();
        try (LogPrinter printer = printer();
                LogWalk walk = new LogWalk(log, from)) {
            for (Optional<LogStep> step = walk.next(); step.isPresent(); step = walk.next()) {
                print(step.get(), printer);
            }
        }
        return ExitCode.OK;
    }

    private LogPrinter printer() throws IOException {
        boolean json = output == OutputFormat.JSON;
        if (segments) {
            return new SegmentPrinter(
                    json
                            ? new JsonPrinter(streams.out(), false)
                            : new TablePrinter(streams.out(), false));
        }
        return json
                ? new JsonPrinter(streams.out(), records)
                : new TablePrinter(streams.out(), records);
    }

    private static void print(LogStep step, LogPrinter printer) throws IOException {
        if (step instanceof SegmentBegins begins) {
            printer.segmentBegins(begins.segment());
        } else if (step instanceof Entry entry) {
            printer.entry(entry);
        } else if (step instanceof Damage damage) {
            printer.damage(damage);
        } else if (step instanceof Misplaced misplaced) {
            printer.misplaced(misplaced);
        }
    }
}
