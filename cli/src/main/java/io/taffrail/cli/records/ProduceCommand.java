// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.records;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taffrail.cli.Connection;
import io.taffrail.cli.Streams;
import io.taffrail.cli.topic.TopicName;
import io.taffrail.client.Producer;
import io.taffrail.client.ProducerSettings;
import io.taffrail.client.TaffrailClient;
import io.taffrail.model.Acks;
import io.taffrail.model.batch.Compression;
import io.taffrail.model.batch.RecordHeader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code taffrail produce}: its options; the work is {@link LineProducer}'s. */
@Command(
        name = "produce",
        description = {
            "Append each line of FILE, or of standard input, to TOPIC, as one record.",
            "Lines end with \\n and hold any bytes but that: nothing is decoded, and a \\r stays."
                    + " A last line without \\n is a record too. It ends when every record is"
                    + " acknowledged; what breaks meanwhile is mended, and nothing is stored twice."
                    + " Lines with the same key, or for one partition, keep their order."
        })
public final class ProduceCommand implements Callable<Integer> {
    private final Streams streams;
    private final Connection connection;

    @Spec private CommandSpec spec;

    @Parameters(
            index = "0",
            paramLabel = "TOPIC",
            converter = TopicName.class,
            description = "The topic, which must be there.")
    private String topic;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "FILE",
            description = "Default: -, stdin.")
    private Path file;

    @Option(
            names = "--message",
            paramLabel = "TEXT",
            description = "Append TEXT, in place of lines. May be repeated.")
    private List<String> messages = List.of();

    @Option(names = "--key", paramLabel = "K", description = "The key of every record.")
    private String key;

    @Option(
            names = "--key-separator",
            paramLabel = "S",
            description =
                    "What stands before the first S of a line is the record's key, the rest its"
                            + " value. A line without S has no key.")
    private String keySeparator;

    @Option(
            names = "--header",
            paramLabel = "NAME=VALUE",
            description = "A header of every record. May be repeated; the order is kept.")
    private List<String> headers = List.of();

    @Option(
            names = "--partition",
            paramLabel = "P",
            description = "The partition. Default: the one that the key falls to, else any.")
    private Integer partition;

    @Option(
            names = "--null",
            paramLabel = "TEXT",
            description =
                    "A value that reads TEXT is none: the record is a tombstone, which deletes its"
                            + " key in a compacted topic.")
    private String nullText;

    @Option(
            names = "--compression",
            paramLabel = "CODEC",
            defaultValue = "none",
            completionCandidates = CompressionNames.class,
            description = "One of ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private Compression compression;

    @Option(
            names = "--acks",
            paramLabel = "WHO",
            defaultValue = "all",
            completionCandidates = AcksNames.class,
            description =
                    "Who must hold a record before it is acknowledged: all in-sync replicas, or the"
                            + " leader alone, whose failure may lose it. Default: ${DEFAULT-VALUE}.")
    private Acks acks;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "120",
            description =
                    "How long to try a record that cannot be stored, before giving up. Default:"
                            + " ${DEFAULT-VALUE}.")
    private int timeoutSeconds;

    public ProduceCommand(Streams streams, Connection connection) {
        this.streams = streams;
        this.connection = connection;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        RecordMaker maker = maker();
        ProducerSettings settings =
                ProducerSettings.defaults()
                        .withAcks(acks)
                        .withCompression(compression)
                        .withDeliveryTimeout(Duration.ofSeconds(timeoutSeconds))
                        .withMaxBlock(Duration.ofSeconds(timeoutSeconds));
        try (TaffrailClient client = connection.open();
                InputStream in = InputFile.open(Optional.ofNullable(file), streams.in())) {
            TopicCheck.requirePartition(client.admin(), topic, optionalPartition());
            try (Producer producer = client.newProducer(settings)) {
                LineProducer lines = new LineProducer(streams, producer, maker);
                if (messages.isEmpty()) {
                    lines.sendLines(in);
                } else {
                    lines.sendTexts(messages);
                }
                streams.err().println(lines.summary());
            }
        }
        return ExitCode.OK;
    }

    private RecordMaker maker() {
        if (timeoutSeconds < 1) {
            throw wrong("--timeout is " + timeoutSeconds + ": allowed is 1 and above");
        }
        if (!messages.isEmpty() && file != null) {
            throw wrong("--message and FILE exclude each other");
        }
        if (key != null && keySeparator != null) {
            throw wrong("--key and --key-separator exclude each other");
        }
        if (keySeparator != null && keySeparator.isEmpty()) {
            throw wrong("--key-separator is empty");
        }
        if (partition != null && partition < 0) {
            throw wrong("--partition is " + partition + ": allowed is 0 and above");
        }
        return new RecordMaker(
                topic,
                optionalPartition(),
                bytes(key),
                bytes(keySeparator),
                bytes(nullText),
                parsedHeaders());
    }

    private OptionalInt optionalPartition() {
        return partition == null ? OptionalInt.empty() : OptionalInt.of(partition);
    }

    private static Optional<byte[]> bytes(String text) {
        return Optional.ofNullable(text).map(given -> given.getBytes(UTF_8));
    }

    private List<RecordHeader> parsedHeaders() {
        List<RecordHeader> parsed = new ArrayList<>();
        for (String header : headers) {
            int equals = header.indexOf('=');
            if (equals < 1) {
                throw wrong("--header '" + header + "' is not NAME=VALUE");
            }
            parsed.add(
                    RecordHeader.of(
                            header.substring(0, equals),
                            header.substring(equals + 1).getBytes(UTF_8)));
        }
        return parsed;
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
