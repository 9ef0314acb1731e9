// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.bench;

import io.taffrail.cli.CommandFailedException;
import io.taffrail.cli.Connection;
import io.taffrail.cli.ProgressLine;
import io.taffrail.cli.Streams;
import io.taffrail.cli.records.RecordConsumption;
import io.taffrail.client.Consumer;
import io.taffrail.client.ConsumerRecord;
import io.taffrail.client.ConsumerSettings;
import io.taffrail.client.PartitionRef;
import io.taffrail.client.StartFrom;
import io.taffrail.client.TaffrailClient;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code taffrail bench consume}. */
@Command(
        name = "consume",
        description = {
            "Read a topic from its beginning to its end as fast as it goes, with one consumer.",
            "'bench produce' fills it. What is measured includes connecting."
        })
final class BenchConsumeCommand implements Callable<Integer> {
    private static final Duration WAIT = Duration.ofSeconds(1);
    private static final int MOST_RECORDS_AT_ONCE = 10_000;

    private final Streams streams;
    private final Connection connection;

    @Mixin private BenchTopic topic;

    @Mixin private ServerCpu serverCpu;

    @Mixin private BenchOutput output;

    @Option(
            names = "--records",
            paramLabel = "N",
            description = "End after N records. Default: at the end of each partition.")
    private long most = Long.MAX_VALUE;

    private long records;
    private long bytes;

    BenchConsumeCommand(Streams streams, Connection connection) {
        this.streams = streams;
        this.connection = connection;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        ConsumerSettings settings =
                ConsumerSettings.defaults().withMaxPollRecords(MOST_RECORDS_AT_ONCE);
        try (TaffrailClient client = connection.open()) {
            List<PartitionRef> partitions = topic.find(client.admin());
            try (Consumer consumer = client.newConsumer(settings)) {
                output.show(measure(consumer, partitions), streams.out());
            }
        }
        return ExitCode.OK;
    }

    private Figures measure(Consumer consumer, List<PartitionRef> partitions)
            throws IOException, InterruptedException {
        ProgressLine progress = new ProgressLine(streams);
        OptionalDouble cpuBefore = serverCpu.seconds();
        long started = System.nanoTime();
        RecordConsumption.assign(consumer, partitions, StartFrom.earliest(), true);
        if (consumer.assignment().isEmpty()) {
            throw new CommandFailedException(
                    "the topic '" + topic.name() + "' is empty: 'taffrail bench produce' fills it");
        }
        while (records < most && !consumer.isFinished()) {
            consumer.poll(WAIT).forEach(this::count);
            progress.show(this::text);
        }
        long nanos = System.nanoTime() - started;
        OptionalDouble cpuAfter = serverCpu.seconds();
        progress.end();
        return new Figures(
                "consume",
                "topic " + topic.name() + ", partitions " + partitions.size(),
                records,
                bytes,
                nanos,
                Map.of(),
                BenchProduceCommand.difference(cpuBefore, cpuAfter));
    }

    private void count(ConsumerRecord record) {
        records++;
        bytes += record.value() == null ? 0 : record.value().length;
    }

    private String text(long nanos) {
        return String.format(
                Locale.ROOT, "%d records, %.1f MB/s", records, bytes * 1e3 / Math.max(nanos, 1));
    }
}
