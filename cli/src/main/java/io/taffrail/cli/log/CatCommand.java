// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taffrail.cli.CommandFailedException;
import io.taffrail.cli.Streams;
import io.taffrail.logstore.inspect.LogFiles;
import io.taffrail.logstore.inspect.LogStep;
import io.taffrail.logstore.inspect.LogStep.Damage;
import io.taffrail.logstore.inspect.LogStep.Entry;
import io.taffrail.logstore.inspect.LogStep.Misplaced;
import io.taffrail.logstore.inspect.LogWalk;
import io.taffrail.model.batch.RecordBatchLayout;
import io.taffrail.model.batch.RecordCursor;
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

/** {@code taffrail log cat}. */
@Command(
        name = "cat",
        description = {
            "Write the records of the log in DIR to stdout, each with a \\n behind it.",
            "What 'log append' took from a file comes back byte for byte; a last line without \\n"
                    + " gets one. Every checksum is verified before a byte is written: at damage it"
                    + " stops, and fails. Changes nothing. On a log that is written to, it ends"
                    + " where the log ended when it began."
        })
final class CatCommand implements Callable<Integer> {
    private final Streams streams;

    @Spec private CommandSpec spec;

    @Mixin private LogDirectory directory;

    @Option(
            names = "--from",
            paramLabel = "OFFSET",
            description = "Begin with the record at OFFSET. Default: where the log starts.")
    private Long from;

    @Option(
            names = "--max-records",
            paramLabel = "N",
            description = "End after N records. Default: at the end of the log.")
    private long maxRecords = Long.MAX_VALUE;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "value",
            completionCandidates = CatFormat.Names.class,
            converter = CatFormat.Converter.class,
            description =
                    "One of ${COMPLETION-CANDIDATES}. json: one object a line, keys and values in"
                            + " base64. Default: ${DEFAULT-VALUE}.")
    private CatFormat format;

    @Option(
            names = "--key-separator",
            paramLabel = "S",
            defaultValue = "\t",
            showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER,
            description =
                    "Stands between key and value in the format key-value; not written where there"
                            + " is no key. Default: a tab.")
    private String keySeparator;

    CatCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws IOException {
        if (maxRecords < 0 || (from != null && from < 0)) {
            throw new ParameterException(
                    spec.commandLine(), "--from and --max-records must not be negative");
        }
        LogFiles log = directory.existing();
        try (RecordWriter out = writer()) {
            copy(log, out);
        }
        return ExitCode.OK;
    }

    private RecordWriter writer() throws IOException {
        return switch (format) {
            case VALUE -> new LineWriter(streams.out(), Optional.empty());
            case KEY_VALUE ->
                    new LineWriter(streams.out(), Optional.of(keySeparator.getBytes(UTF_8)));
            case JSON -> new JsonRecordWriter(streams.out());
        };
    }

    private void copy(LogFiles log, RecordWriter out) throws IOException {
        long knownEnd = log.knownDurableEndOffset(); // before the entries: a writer may be at work
        long start = log.logStartOffset();
        long first = from == null ? start : from;
        if (first < start) {
            throw failed("offset " + first + " is no longer there: the log starts at " + start);
        }
        long left = maxRecords;
        long end = start;
        try (LogWalk walk = new LogWalk(log, first)) {
            Optional<LogStep> step = walk.next();
            while (left > 0 && step.isPresent()) {
                if (step.get() instanceof Entry entry) {
                    left -= write(entry, first, left, out);
                } else if (step.get() instanceof Damage damage) {
                    judge(damage, first, knownEnd);
                } else if (step.get() instanceof Misplaced misplaced) {
                    throw failed(
                            misplaced.segment().name()
                                    + " does not go on at offset "
                                    + misplaced.expectedOffset()
                                    + ", where the segment before it ends");
                }
                step = walk.next();
            }
            end = Math.max(end, walk.endOffset());
        }
        if (left > 0) {
            requireReached(first, end, knownEnd);
        }
    }

    private static long write(Entry entry, long first, long atMost, RecordWriter out)
            throws IOException {
        long baseOffset = RecordBatchLayout.baseOffset(entry.buffer(), entry.at());
        RecordCursor records = EntryRecords.of(entry);
        long written = 0;
        while (written < atMost && records.next()) {
            if (baseOffset + records.offsetDelta() >= first) {
                out.write(entry.buffer(), entry.at(), records);
                written++;
            }
        }
        return written;
    }

    private void judge(Damage damage, long first, long knownEnd) throws CommandFailedException {
        if (damage.isUnfinishedAppend() && damage.expectedOffset() >= knownEnd) {
            return; // a writer is at work, or died: nothing of it was acknowledged
        }
        if (damage.nextOffset().isPresent() && damage.nextOffset().getAsLong() <= first) {
            return; // on the way there
        }
        throw failed(
                "%s is damaged at byte %d, %s: stopped before offset %d. 'taffrail log dump' shows what is behind it"
                        .formatted(
                                damage.segment().name(),
                                damage.position(),
                                damage.reason(),
                                damage.expectedOffset()));
    }

    private void requireReached(long first, long end, long knownEnd) throws CommandFailedException {
        if (end < knownEnd) {
            throw failed(
                    "records are lost: the log ends at offset "
                            + end
                            + ", and all below "
                            + knownEnd
                            + " was on disk once");
        }
        if (first > end) {
            throw failed("offset " + first + " is not there yet: the log ends at " + end);
        }
    }

    private CommandFailedException failed(String message) {
        return new CommandFailedException(directory.path() + ": " + message);
    }
}
