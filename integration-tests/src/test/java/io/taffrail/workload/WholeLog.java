// SPDX-License-Identifier: Apache-2.0
package io.taffrail.workload;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taffrail.client.Consumer;
import io.taffrail.client.PartitionRef;
import io.taffrail.client.StartFrom;
import io.taffrail.client.TaffrailClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** All that a topic holds at the end of a run. */
public final class WholeLog {
    private static final Duration MOST = Duration.ofSeconds(60);

    private WholeLog() {}

    /** Notes it in {@code history}; returns how many records that are. */
    public static long read(TaffrailClient client, String topic, int partitions, History history) {
        long count = 0;
        try (Consumer consumer = client.newConsumer()) {
            assign(consumer, topic, partitions);
            long end = System.nanoTime() + MOST.toNanos();
            while (!consumer.isFinished()) {
                if (System.nanoTime() > end) {
                    throw new AssertionError(topic + " was not read to its end in " + MOST);
                }
                for (var record : consumer.poll(Duration.ofMillis(100))) {
                    String value = new String(record.value(), UTF_8);
                    history.contains(record.partition(), record.offset(), value);
                    count++;
                }
            }
        }
        return count;
    }

    private static void assign(Consumer consumer, String topic, int partitions) {
        List<PartitionRef> refs =
                IntStream.range(0, partitions).mapToObj(p -> PartitionRef.of(topic, p)).toList();
        Map<PartitionRef, Long> ends = consumer.endOffsets(refs);
        refs.forEach(ref -> consumer.assign(ref, StartFrom.earliest(), ends.get(ref)));
    }
}
