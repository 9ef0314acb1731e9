// SPDX-License-Identifier: Apache-2.0
package io.taffrail.workload;

import io.taffrail.client.Producer;
import io.taffrail.client.ProducerRecord;
import io.taffrail.client.RecordMetadata;
import io.taffrail.client.TaffrailClient;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;

/**
 * A producer that sends numbered values to every partition of a topic in turn until it is closed,
 * and notes what became of each.
 */
public final class NumberedLoad implements AutoCloseable {
    /** Some batches for each partition, so that an end of the broker catches many on their way. */
    private static final int MOST_UNANSWERED = 300;

    private final Producer producer;
    private final String topic;
    private final int partitions;
    private final String name;
    private final History history;
    private final Semaphore permits = new Semaphore(MOST_UNANSWERED);
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private final Thread thread = new Thread(this::run, "load");
    private volatile boolean stopping;

    /**
     * Begins at once.
     *
     * @param name differs from those of other loads of the same history
     */
    public NumberedLoad(
            TaffrailClient client, String topic, int partitions, String name, History history) {
        this.producer = client.newProducer();
        this.topic = topic;
        this.partitions = partitions;
        this.name = name;
        this.history = history;
        thread.start();
    }

    private void run() {
        for (int number = 0; !stopping; number++) {
            permits.acquireUninterruptibly();
            int partition = number % partitions;
            String value = name + "-" + number + ".".repeat(number % 150);
            history.sent(partition, name, value);
            send(partition, value);
        }
    }

    private void send(int partition, String value) {
        ProducerRecord record = ProducerRecord.of(topic, value).withPartition(partition);
        CompletableFuture<?> unused =
                producer.send(record)
                        .whenComplete((stored, thrown) -> note(partition, value, stored, thrown));
    }

    private void note(int partition, String value, RecordMetadata stored, Throwable thrown) {
        if (thrown == null) {
            OptionalLong offset = stored.offset();
            history.acknowledged(partition, value, offset);
        } else {
            failures.add(thrown);
        }
        permits.release();
    }

    /** Why values were given up; whether they are stored is not known. */
    public List<Throwable> failures() {
        return failures;
    }

    /** Stops, and waits until each value is answered. */
    @Override
    public void close() {
        stopping = true;
        Deadline.join(thread);
        producer.close();
    }
}
