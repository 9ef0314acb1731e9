// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.records;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taffrail.cli.Connection;
import io.taffrail.cli.Interruption;
import io.taffrail.cli.Streams;
import io.taffrail.cli.topic.TopicName;
import io.taffrail.client.Consumer;
import io.taffrail.client.ConsumerSettings;
import io.taffrail.client.PartitionRef;
import io.taffrail.client.StartFrom;
import io.taffrail.client.TaffrailClient;
import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code taffrail consume}: its options; the work is {@link RecordConsumption}'s. */
@Command(
        name = "consume",
        description = {
            "Write the records of TOPIC to stdout, as they come, until Ctrl-C.",
            "The records of a partition come in order; those of several partitions are mixed. In"
                    + " the format value each is followed by \\n and nothing else: what 'produce'"
                    + " took from a file for one partition comes back byte for byte with"
                    + " --until-end; a last line without \\n gets one. Breaks of the connection are"
                    + " mended, without loss or repetition."
        })
public final class ConsumeCommand implements Callable<Integer> {
    private static final int MOST_RECORDS_AT_ONCE = 10_000;

    private final Streams streams;
    private final Connection connection;

    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "TOPIC", converter = TopicName.class, description = "The topic.")
    private String topic;

    @Option(
            names = "--partition",
            paramLabel = "P",
            description = "This partition alone. Default: all that the topic has when it begins.")
    private Integer partition;

    @Option(
            names = "--from",
            paramLabel = "START",
            converter = StartOption.class,
            description =
                    "Where to begin in each partition: earliest, latest, an offset, or @ with a"
                            + " time, such as @1767225600000 or @2026-01-01T00:00:00Z. Default:"
                            + " earliest.")
    private StartFrom from;

    @Option(
            names = "--tail",
            paramLabel = "N",
            description = "Begin N offsets before the end of each partition.")
    private Long tail;

    @Option(names = "--max-records", paramLabel = "N", description = "End after N records in all.")
    private long maxRecords = Long.MAX_VALUE;

    @Option(names = "--until-end", description = "End where the partitions ended when it began.")
    private boolean untilEnd;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "value",
            completionCandidates = FormatNames.class,
            description = {
                "One of ${COMPLETION-CANDIDATES}, or a template. json: one object a line, keys and"
                        + " values in base64. base64: values, a line each. A template names fields"
                        + " in braces, as in '{offset} {key}: {value}', of: "
                        + RecordTemplate.FIELDS
                        + "; \\t and the like may be used, a brace is written twice, and a newline"
                        + " follows. Default: ${DEFAULT-VALUE}."
            })
    private String format;

    @Option(
            names = "--key-separator",
            paramLabel = "S",
            defaultValue = "\t",
            showDefaultValue = Visibility.NEVER,
            description =
                    "Stands between key and value in the format key-value; not written where there"
                            + " is no key. Default: a tab.")
    private String keySeparator;

    public ConsumeCommand(Streams streams, Connection connection) {
        this.streams = streams;
        this.connection = connection;
    }

    @Override
    public Integer call() throws IOException {
        requireSense();
        RecordFormat recordFormat = recordFormat();
        try (TaffrailClient client = connection.open()) {
            List<PartitionRef> partitions = partitions(client);
            try (Consumer consumer =
                            client.newConsumer(
                                    ConsumerSettings.defaults()
                                            .withMaxPollRecords(MOST_RECORDS_AT_ONCE));
                    Interruption interruption = Interruption.listen(consumer::wakeup)) {
                RecordConsumption.assign(consumer, partitions, start(), untilEnd);
                new RecordConsumption(consumer, recordFormat, maxRecords)
                        .run(streams.out(), interruption::asked);
            }
        }
        return ExitCode.OK;
    }

    private void requireSense() {
        if (partition != null && partition < 0) {
            throw wrong("--partition is " + partition + ": allowed is 0 and above");
        }
        if (tail != null && from != null) {
            throw wrong("--from and --tail exclude each other");
        }
        if (maxRecords < 0 || (tail != null && tail < 0)) {
            throw wrong("--max-records and --tail must not be negative");
        }
    }

    private StartFrom start() {
        if (tail != null) {
            return StartFrom.lastRecords(tail);
        }
        return from == null ? StartFrom.earliest() : from;
    }

    private RecordFormat recordFormat() {
        try {
            return FormatNames.formatOf(format, keySeparator.getBytes(UTF_8));
        } catch (IllegalArgumentException e) {
            throw wrong("--format: " + e.getMessage());
        }
    }

    private List<PartitionRef> partitions(TaffrailClient client) throws IOException {
        OptionalInt wanted = partition == null ? OptionalInt.empty() : OptionalInt.of(partition);
        int count = TopicCheck.requirePartition(client.admin(), topic, wanted);
        return partition != null
                ? List.of(PartitionRef.of(topic, partition))
                : IntStream.range(0, count).mapToObj(p -> PartitionRef.of(topic, p)).toList();
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
