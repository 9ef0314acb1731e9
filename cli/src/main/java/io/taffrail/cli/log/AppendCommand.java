// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taffrail.cli.Streams;
import io.taffrail.cli.records.CompressionNames;
import io.taffrail.cli.records.InputFile;
import io.taffrail.logstore.FlushPolicy;
import io.taffrail.logstore.LogConfig;
import io.taffrail.model.TopicId;
import io.taffrail.model.TopicPartition;
import io.taffrail.model.batch.Compression;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code taffrail log append}: its options; the work is {@link AppendLines}'s. */
@Command(
        name = "append",
        description = {
            "Append each line of FILE, or of standard input, to the log in DIR, as one record.",
            "Lines end with \\n and hold any bytes but that: nothing is decoded, and a \\r stays."
                    + " A last line without \\n is a record too. DIR is made if it does not exist."
                    + " What is reported as appended is on disk. If it fails half-way, what was"
                    + " appended before stays, and the message says with which line to go on."
        })
final class AppendCommand implements Callable<Integer> {
    /** Room that is left on the disk, so that indexes and small files can be written. */
    static final long RESERVE_BYTES = 8 << 20;

    private final Streams streams;

    @Spec private CommandSpec spec;

    @Mixin private LogDirectory directory;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "FILE",
            description = "Default: -, stdin.")
    private Path file;

    @Option(
            names = "--compression",
            paramLabel = "CODEC",
            defaultValue = "none",
            completionCandidates = CompressionNames.class,
            description = "One of ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private Compression compression;

    @Option(
            names = "--batch-bytes",
            paramLabel = "N",
            defaultValue = "262144",
            description =
                    "Bytes of records, not compressed, in a batch. Default: ${DEFAULT-VALUE}.")
    private int batchBytes;

    @Option(
            names = "--max-message-bytes",
            paramLabel = "N",
            defaultValue = "1048576",
            description = "Largest batch, and so the longest line. Default: ${DEFAULT-VALUE}.")
    private int maxMessageBytes;

    @Option(
            names = "--segment-bytes",
            paramLabel = "N",
            defaultValue = "1073741824",
            description = "Size at which a new file is begun. Default: ${DEFAULT-VALUE}.")
    private int segmentBytes;

    @Option(
            names = "--flush",
            paramLabel = "POLICY",
            defaultValue = "commit",
            completionCandidates = Policies.class,
            description =
                    "commit: fsync all the way; os: leave it to the operating system until the end."
                            + " Default: ${DEFAULT-VALUE}.")
    private FlushPolicy flush;

    @Option(
            names = "--topic",
            paramLabel = "NAME",
            defaultValue = "log",
            description = "Topic of a log that is made. Default: ${DEFAULT-VALUE}.")
    private String topic;

    @Option(
            names = "--partition",
            paramLabel = "N",
            defaultValue = "0",
            description = "Partition of a log that is made. Default: ${DEFAULT-VALUE}.")
    private int partition;

    @Option(
            names = "--key-separator",
            paramLabel = "S",
            description =
                    "What stands before the first S of a line is the record's key, the rest its"
                            + " value. A line without S has no key.")
    private String keySeparator;

    AppendCommand(Streams streams) {
        this.streams = streams;
    }

    /** The flush policies, as they are written here. */
    static final class Policies implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Stream.of(FlushPolicy.values())
                    .map(policy -> policy.name().toLowerCase(Locale.ROOT))
                    .iterator();
        }
    }

    @Override
    public Integer call() throws IOException {
        LogConfig config = config();
        TopicPartition made = new TopicPartition(checkedTopic(), TopicId.random(), partition);
        if (keySeparator != null && keySeparator.isEmpty()) {
            throw wrong("--key-separator is empty");
        }
        try (InputStream in = InputFile.open(Optional.ofNullable(file), streams.in())) {
            Optional<TopicPartition> found = directory.partitionToAppendTo();
            Optional<byte[]> separator =
                    Optional.ofNullable(keySeparator).map(text -> text.getBytes(UTF_8));
            new AppendLines(streams, directory, config, compression, batchBytes, separator)
                    .run(in, found.orElse(made));
        }
        return ExitCode.OK;
    }

    private LogConfig config() {
        // A codec may make incompressible bytes a little longer.
        if (batchBytes < 1 || batchBytes > maxMessageBytes / 2) {
            throw wrong(
                    "--batch-bytes is "
                            + batchBytes
                            + ": allowed is 1 to half of --max-message-bytes, "
                            + maxMessageBytes / 2);
        }
        try {
            return LogConfig.DEFAULT
                    .withFlush(flush)
                    .withSegmentBytes(segmentBytes)
                    .withMaxMessageBytes(maxMessageBytes);
        } catch (IllegalArgumentException e) {
            throw wrong(e.getMessage());
        }
    }

    private String checkedTopic() {
        try {
            TopicPartition.requireTopicName(topic);
        } catch (IllegalArgumentException e) {
            throw wrong(e.getMessage());
        }
        if (partition < 0) {
            throw wrong("--partition is " + partition + ": allowed is 0 and above");
        }
        return topic;
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
