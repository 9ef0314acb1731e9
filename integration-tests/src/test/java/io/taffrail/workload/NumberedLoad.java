// SPDX-License-Identifier: Apache-2.0
package io.taffrail.workload;

import io.taffrail.client.Producer;
import io.taffrail.client.ProducerRecord;
import io.taffrail.client.RecordMetadata;
import io.taffrail.client.TaffrailClient;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;

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
    private final long intervalNanos;
    private final AtomicIntegerArray lastAcknowledged;
    private final Semaphore permits = new Semaphore(MOST_UNANSWERED);
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private final Thread thread = new Thread(this::run, "load");
    private volatile int next;
    private volatile boolean stopping;

    /**
     * Sends as fast as it is answered; begins at once.
     *
     * @param name differs from those of other loads of the same history
     */
    public NumberedLoad(
            TaffrailClient client, String topic, int partitions, String name, History history) {
        this(client.newProducer(), topic, partitions, name, history, Duration.ZERO);
    }

    /**
     * Begins at once.
     *
     * @param producer its own, closed with it
     * @param name differs from those of other loads of the same history
     * @param interval from one value to the next, or as soon after that as it may
     */
    public NumberedLoad(
            Producer producer,
            String topic,
            int partitions,
            String name,
            History history,
            Duration interval) {
        this.producer = producer;
        this.topic = topic;
        this.partitions = partitions;
        this.name = name;
        this.history = history;
        this.intervalNanos = interval.toNanos();
        this.lastAcknowledged = new AtomicIntegerArray(partitions);
        for (int partition = 0; partition < partitions; partition++) {
            lastAcknowledged.set(partition, -1);
        }
        thread.start();
    }

    private void run() {
        for (int number = 0; !stopping; number++) {
            permits.acquireUninterruptibly();
            send(number);
            next = number + 1;
            LockSupport.parkNanos(intervalNanos);
        }
    }

    private void send(int number) {
        int partition = number % partitions;
        String value = name + "-" + number + ".".repeat(number % 150);
        history.sent(partition, name, value);
        ProducerRecord record = ProducerRecord.of(topic, value).withPartition(partition);
        CompletableFuture<?> unused =
                producer.send(record)
                        .whenComplete((stored, thrown) -> note(number, value, stored, thrown));
    }

    private void note(int number, String value, RecordMetadata stored, Throwable thrown) {
        int partition = number % partitions;
        if (thrown == null) {
            OptionalLong offset = stored.offset();
            history.acknowledged(partition, value, offset);
            lastAcknowledged.accumulateAndGet(partition, number, Math::max);
        } else {
            failures.add(thrown);
        }
        permits.release();
    }

    /** How many values it has sent so far. */
    public int sentCount() {
        return next;
    }

    /**
     * Whether in every partition something is acknowledged that was sent after the first so many.
     */
    public boolean wentOnAfter(int sentCount) {
        for (int partition = 0; partition < partitions; partition++) {
            if (lastAcknowledged.get(partition) < sentCount) {
                return false;
            }
        }
        return true;
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
