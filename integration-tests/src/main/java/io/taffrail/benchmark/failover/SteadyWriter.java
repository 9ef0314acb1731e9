// SPDX-License-Identifier: Apache-2.0
package io.taffrail.benchmark.failover;

import io.taffrail.client.Producer;
import io.taffrail.client.ProducerRecord;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Writes small records at a steady rate, whatever becomes of those before, to each partition of a
 * topic in turn, and measures for how long no answer came.
 */
final class SteadyWriter implements AutoCloseable {
    private static final byte[] VALUE = new byte[100];

    private final Producer producer;
    private final String topic;
    private final long intervalNanos;
    private final Thread thread = new Thread(this::run, "writer");
    private final PartitionGaps[] partitions;
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicInteger failed = new AtomicInteger();
    private volatile boolean stopping;

    /** Begins at once. */
    SteadyWriter(Producer producer, String topic, int partitionCount, int recordsPerSecond) {
        this.producer = producer;
        this.topic = topic;
        this.intervalNanos = Duration.ofSeconds(1).toNanos() / recordsPerSecond;
        this.partitions = new PartitionGaps[partitionCount];
        for (int partition = 0; partition < partitionCount; partition++) {
            partitions[partition] = new PartitionGaps();
        }
        thread.start();
    }

    private void run() {
        long due = System.nanoTime();
        for (int number = 0; !stopping; number++) {
            send(number % partitions.length);
            due += intervalNanos;
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
        }
    }

    private void send(int partition) {
        ProducerRecord record = ProducerRecord.of(topic, null, VALUE).withPartition(partition);
        CompletableFuture<?> unused =
                producer.send(record)
                        .whenComplete(
                                (stored, thrown) -> {
                                    if (thrown == null) {
                                        acknowledged.incrementAndGet();
                                        partitions[partition].answered(System.nanoTime());
                                    } else {
                                        failed.incrementAndGet();
                                    }
                                });
    }

    /** How many records were acknowledged so far. */
    long acknowledged() {
        return acknowledged.get();
    }

    /** How many records were given up so far. */
    int failed() {
        return failed.get();
    }

    /** Forgets what gaps there were. */
    void forgetGaps() {
        for (PartitionGaps partition : partitions) {
            partition.forget();
        }
    }

    /** The longest time without an answer of any one partition, since it was forgotten. */
    Duration longestGap() {
        Duration longest = Duration.ZERO;
        for (PartitionGaps partition : partitions) {
            Duration gap = partition.longest();
            longest = longest.compareTo(gap) < 0 ? gap : longest;
        }
        return longest;
    }

    @Override
    public void close() {
        stopping = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        producer.close();
    }
}
