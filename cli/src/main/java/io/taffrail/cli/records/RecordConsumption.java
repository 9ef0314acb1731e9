// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.records;

import io.taffrail.client.Consumer;
import io.taffrail.client.ConsumerRecord;
import io.taffrail.client.PartitionRef;
import io.taffrail.client.StartFrom;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** Writes what a consumer reads. What was read is out before it waits for more. */
public final class RecordConsumption {
    private static final Duration WAIT = Duration.ofSeconds(1);
    private static final int BUFFER_BYTES = 256 << 10;

    private final Consumer consumer;
    private final RecordFormat format;
    private final long maxRecords;
    private long written;

    /** Of the partitions that {@code consumer} is assigned. */
    public RecordConsumption(Consumer consumer, RecordFormat format, long maxRecords) {
        this.consumer = consumer;
        this.format = format;
        this.maxRecords = maxRecords;
    }

    /**
     * Assigns partitions.
     *
     * @param untilEnd each up to its end as it is now
     */
    public static void assign(
            Consumer consumer, List<PartitionRef> partitions, StartFrom start, boolean untilEnd) {
        if (!untilEnd) {
            partitions.forEach(partition -> consumer.assign(partition, start));
            return;
        }
        Map<PartitionRef, Long> ends = consumer.endOffsets(partitions);
        for (PartitionRef partition : partitions) {
            long end = ends.get(partition);
            if (end > 0) {
                consumer.assign(partition, start, end);
            }
        }
    }

    /** Reads on until all is read that is to be, or {@code stopped}; gives how many records. */
    public long run(OutputStream out, BooleanSupplier stopped) throws IOException {
        OutputStream buffered = new BufferedOutputStream(out, BUFFER_BYTES);
        RecordFormat.Sink sink = format.to(buffered);
        while (written < maxRecords
                && !consumer.assignment().isEmpty()
                && !stopped.getAsBoolean()) {
            List<ConsumerRecord> records = consumer.poll(WAIT);
            for (ConsumerRecord record : records) {
                if (written == maxRecords) {
                    break;
                }
                sink.write(record);
                written++;
            }
            buffered.flush();
            if (consumer.isFinished()) {
                break;
            }
        }
        return written;
    }
}
