// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.bench;

import io.taffrail.cli.CommandFailedException;
import io.taffrail.cli.Connection;
import io.taffrail.cli.ProgressLine;
import io.taffrail.cli.Streams;
import io.taffrail.cli.records.Answers;
import io.taffrail.client.Producer;
import io.taffrail.client.ProducerRecord;
import io.taffrail.client.ProducerSettings;
import io.taffrail.client.TaffrailClient;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code taffrail bench produce}. */
@Command(
        name = "produce",
        description = {
            "Append records as fast as it goes, with one producer.",
            "Latency is from handing a record over to its acknowledgement: at full speed mostly the"
                    + " time in the producer's buffer. 'bench latency' measures it at a steady rate."
        })
final class BenchProduceCommand implements Callable<Integer> {
    private static final long DEFAULT_RECORDS = 1_000_000;

    private final Streams streams;
    private final Connection connection;

    @Spec private CommandSpec spec;

    @Mixin private BenchTopic topic;

    @Mixin private ProducerOptions options;

    @Mixin private ServerCpu serverCpu;

    @Mixin private BenchOutput output;

    @Option(
            names = "--records",
            paramLabel = "N",
            description = "How many records. Default: " + DEFAULT_RECORDS + ".")
    private Long records;

    @Option(
            names = "--bytes",
            paramLabel = "N",
            description = "How many bytes of values, in place of --records.")
    private Long bytes;

    BenchProduceCommand(Streams streams, Connection connection) {
        this.streams = streams;
        this.connection = connection;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        int recordBytes = options.recordBytes(0);
        long count = count(recordBytes);
        ProducerSettings settings =
                options.settings(); // refuses what is wrong before anything is done
        try (TaffrailClient client = connection.open()) {
            int partitions = topic.findOrMake(client.admin()).size();
            try (Producer producer = client.newProducer(settings)) {
                Figures figures = measure(producer, count, recordBytes, partitions);
                output.show(figures, streams.out());
            }
        }
        return ExitCode.OK;
    }

    private long count(int recordBytes) {
        if (records != null && bytes != null) {
            throw new ParameterException(
                    spec.commandLine(), "--records and --bytes exclude each other");
        }
        long count = DEFAULT_RECORDS;
        if (records != null) {
            count = records;
        } else if (bytes != null) {
            count = bytes / Math.max(1, recordBytes);
        }
        if (count < 1) {
            throw new ParameterException(spec.commandLine(), "there must be at least one record");
        }
        return count;
    }

    private Figures measure(Producer producer, long count, int recordBytes, int partitions)
            throws IOException, InterruptedException {
        Payloads payloads = new Payloads(recordBytes);
        Latency latency = new Latency();
        Answers answers = new Answers(producer);
        ProgressLine progress = new ProgressLine(streams);
        OptionalDouble cpuBefore = serverCpu.seconds();
        long started = System.nanoTime();
        for (long i = 0; i < count && answers.firstFailure().isEmpty(); i++) {
            long handedOver = System.nanoTime();
            answers.send(
                    ProducerRecord.of(topic.name(), payloads.value(i)),
                    number -> latency.recordSince(handedOver));
            progress.show(nanos -> text(answers, count, recordBytes, nanos));
        }
        answers.awaitAll();
        long nanos = System.nanoTime() - started;
        OptionalDouble cpuAfter = serverCpu.seconds();
        progress.end();
        requireNoFailure(answers);
        return new Figures(
                "produce",
                options.text() + ", partitions " + partitions,
                count,
                count * recordBytes,
                nanos,
                Map.of("acknowledged", latency.histogram()),
                difference(cpuBefore, cpuAfter));
    }

    static OptionalDouble difference(OptionalDouble before, OptionalDouble after) {
        return before.isPresent() && after.isPresent()
                ? OptionalDouble.of(after.getAsDouble() - before.getAsDouble())
                : OptionalDouble.empty();
    }

    static void requireNoFailure(Answers answers) throws CommandFailedException {
        if (answers.firstFailure().isPresent()) {
            Throwable cause = answers.firstFailure().get().cause();
            throw new CommandFailedException(
                    "record %d is not stored: %s"
                            .formatted(answers.firstFailure().get().number(), cause.getMessage()),
                    cause);
        }
    }

    private static String text(Answers answers, long count, int recordBytes, long nanos) {
        long done = answers.acknowledged();
        return String.format(
                Locale.ROOT,
                "%d of %d records, %.1f MB/s",
                done,
                count,
                done * recordBytes * 1e3 / Math.max(nanos, 1));
    }
}
