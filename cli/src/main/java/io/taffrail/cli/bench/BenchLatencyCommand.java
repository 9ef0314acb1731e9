// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.bench;

import io.taffrail.cli.CommandFailedException;
import io.taffrail.cli.Connection;
import io.taffrail.cli.ProgressLine;
import io.taffrail.cli.Streams;
import io.taffrail.cli.records.Answers;
import io.taffrail.client.Consumer;
import io.taffrail.client.PartitionRef;
import io.taffrail.client.Producer;
import io.taffrail.client.ProducerRecord;
import io.taffrail.client.ProducerSettings;
import io.taffrail.client.StartFrom;
import io.taffrail.client.TaffrailClient;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code taffrail bench latency}. */
@Command(
        name = "latency",
        description = {
            "Append records at a steady rate while reading them at the tail.",
            "Both latencies count from when a record was due, so that what a stall holds up counts"
                    + " as late too: 'acknowledged' to its acknowledgement, 'consumed' until a"
                    + " consumer has it. Part of both is --linger-ms, which 0 turns off."
        })
final class BenchLatencyCommand implements Callable<Integer> {
    private static final Duration LAST_RECORDS_WITHIN = Duration.ofSeconds(30);

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
            defaultValue = "10000",
            description = "How many records. Default: ${DEFAULT-VALUE}.")
    private long records;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Records in a second. Default: ${DEFAULT-VALUE}.")
    private long rate;

    BenchLatencyCommand(Streams streams, Connection connection) {
        this.streams = streams;
        this.connection = connection;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (records < 1 || rate < 1) {
            throw new ParameterException(
                    spec.commandLine(), "--records and --rate must be at least 1");
        }
        int recordBytes = options.recordBytes(StampedValues.STAMP_BYTES);
        ProducerSettings settings =
                options.settings(); // refuses what is wrong before anything is done
        try (TaffrailClient client = connection.open()) {
            List<PartitionRef> partitions = topic.findOrMake(client.admin());
            try (Producer producer = client.newProducer(settings);
                    Consumer consumer = client.newConsumer()) {
                consumer.endOffsets(partitions)
                        .forEach((ref, end) -> consumer.assign(ref, StartFrom.offset(end)));
                Figures figures = measure(producer, consumer, recordBytes, partitions.size());
                output.show(figures, streams.out());
            }
        }
        return ExitCode.OK;
    }

    private Figures measure(Producer producer, Consumer consumer, int recordBytes, int partitions)
            throws IOException, InterruptedException {
        long run = ThreadLocalRandom.current().nextLong();
        TailReader tail = new TailReader(consumer, run, records);
        Thread reading = new Thread(tail, "tail");
        reading.setDaemon(true);
        reading.start();
        OptionalDouble cpuBefore = serverCpu.seconds();
        long started = System.nanoTime();
        Latency acknowledged = send(producer, new StampedValues(run, recordBytes));
        reading.join(LAST_RECORDS_WITHIN.toMillis());
        long nanos = System.nanoTime() - started;
        OptionalDouble cpuAfter = serverCpu.seconds();
        tail.stop();
        reading.join();
        requireAllSeen(tail);
        Map<String, Histogram> latencies = new LinkedHashMap<>();
        latencies.put("acknowledged", acknowledged.histogram());
        latencies.put("consumed", tail.latency().histogram());
        return new Figures(
                "latency",
                options.text() + ", partitions " + partitions + ", rate " + rate + "/s",
                records,
                records * recordBytes,
                nanos,
                latencies,
                BenchProduceCommand.difference(cpuBefore, cpuAfter));
    }

    /** Sends each when it is due, and waits until all are acknowledged. */
    private Latency send(Producer producer, StampedValues values)
            throws IOException, InterruptedException {
        Latency latency = new Latency();
        Answers answers = new Answers(producer);
        ProgressLine progress = new ProgressLine(streams);
        long started = System.nanoTime();
        for (long i = 0; i < records && answers.firstFailure().isEmpty(); i++) {
            long due = started + i * 1_000_000_000 / rate;
            awaitTime(due);
            answers.send(
                    ProducerRecord.of(topic.name(), values.value(i, due)),
                    number -> latency.recordSince(due));
            progress.show(nanos -> answers.acknowledged() + " of " + records + " records");
        }
        answers.awaitAll();
        progress.end();
        BenchProduceCommand.requireNoFailure(answers);
        return latency;
    }

    private static void awaitTime(long nanoTime) {
        for (long left = nanoTime - System.nanoTime();
                left > 0;
                left = nanoTime - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private void requireAllSeen(TailReader tail) throws CommandFailedException {
        if (tail.failure().isPresent()) {
            throw tail.failure().get();
        }
        if (tail.seen() < records) {
            throw new CommandFailedException(
                    "of %d records that are stored, only %d came back within %d s"
                            .formatted(records, tail.seen(), LAST_RECORDS_WITHIN.toSeconds()));
        }
    }
}
