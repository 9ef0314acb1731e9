// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.quickstart;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taffrail.cli.CommandFailedException;
import io.taffrail.cli.records.RecordConsumption;
import io.taffrail.client.Consumer;
import io.taffrail.client.ConsumerRecord;
import io.taffrail.client.PartitionRef;
import io.taffrail.client.StartFrom;
import io.taffrail.client.TaffrailClient;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Reads what a {@link SteadyProducer} sent, and tells if one is missing, doubled or misplaced. */
final class NumberedReading {
    private static final Duration WAIT = Duration.ofSeconds(1);

    private NumberedReading() {}

    /**
     * Reads a partition to its end; gives how many records it holds.
     *
     * @throws CommandFailedException if they are not 1, 2 and so on
     */
    static long readAll(TaffrailClient client, PartitionRef partition, BooleanSupplier stopped)
            throws CommandFailedException {
        long read = 0;
        try (Consumer consumer = client.newConsumer()) {
            RecordConsumption.assign(consumer, List.of(partition), StartFrom.earliest(), true);
            while (!consumer.assignment().isEmpty()
                    && !consumer.isFinished()
                    && !stopped.getAsBoolean()) {
                for (ConsumerRecord each : consumer.poll(WAIT)) {
                    read++;
                    requireNumber(read, new String(each.value(), UTF_8));
                }
            }
        }
        return read;
    }

    private static void requireNumber(long expected, String found) throws CommandFailedException {
        if (!found.equals(Long.toString(expected))) {
            throw new CommandFailedException(
                    "records are lost, doubled or misplaced: number %d follows number %d"
                            .formatted(Long.valueOf(found), expected - 1));
        }
    }
}
