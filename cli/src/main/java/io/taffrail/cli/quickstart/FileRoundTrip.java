// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.quickstart;

import io.taffrail.cli.CommandFailedException;
import io.taffrail.cli.Streams;
import io.taffrail.cli.records.InputFile;
import io.taffrail.cli.records.LineProducer;
import io.taffrail.cli.records.RecordConsumption;
import io.taffrail.cli.records.RecordFormat;
import io.taffrail.cli.records.RecordMaker;
import io.taffrail.client.Consumer;
import io.taffrail.client.PartitionRef;
import io.taffrail.client.Producer;
import io.taffrail.client.StartFrom;
import io.taffrail.client.TaffrailClient;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** A file's lines into a topic of one partition, and out of it again. */
final class FileRoundTrip {
    private final TaffrailClient client;
    private final String topic;
    private final Path file;

    FileRoundTrip(TaffrailClient client, String topic, Path file) {
        this.client = client;
        this.topic = topic;
        this.file = file;
    }

    /** Gives how many records are stored: a line is one. */
    long produce(Streams streams) throws IOException, InterruptedException {
        try (Producer producer = client.newProducer();
                InputStream in = InputFile.open(Optional.of(file), streams.in())) {
            return new LineProducer(streams, producer, RecordMaker.ofValues(topic)).sendLines(in);
        }
    }

    /**
     * Gives the file's size in bytes.
     *
     * @throws CommandFailedException if what is read is not what was written
     */
    long compare(BooleanSupplier stopped) throws IOException {
        try (Consumer consumer = client.newConsumer();
                FileComparison comparison = new FileComparison(file)) {
            RecordConsumption.assign(
                    consumer, List.of(PartitionRef.of(topic, 0)), StartFrom.earliest(), true);
            new RecordConsumption(consumer, RecordFormat.value(), Long.MAX_VALUE)
                    .run(comparison, stopped);
            Optional<String> difference = comparison.difference();
            if (difference.isPresent()) {
                throw new CommandFailedException(
                        "what was read is not what was written: " + difference.get());
            }
            return Files.size(file);
        }
    }
}
