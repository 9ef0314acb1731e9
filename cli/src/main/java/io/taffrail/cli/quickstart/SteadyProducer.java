// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.quickstart;

import io.taffrail.cli.CommandFailedException;
import io.taffrail.client.Producer;
import io.taffrail.client.ProducerRecord;
import io.taffrail.client.TaffrailClient;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends a record each millisecond, on a thread of its own: "1", "2" and so on. Knows how many are
 * acknowledged, and for how long none was.
 */
final class SteadyProducer implements AutoCloseable {
    private static final long INTERVAL_NANOS = Duration.ofMillis(1).toNanos();

    private final Producer producer;
    private final String topic;
    private final Thread thread = new Thread(this::sendAll, "steady-producer");
    private volatile boolean stopped;
    private long sent;
    private long acknowledged;
    private Throwable failure;
    private long acknowledgedNanos;
    private long longestPauseNanos;

    private SteadyProducer(TaffrailClient client, String topic) {
        this.producer = client.newProducer();
        this.topic = topic;
    }

    /** To a topic of one partition, which keeps the order. */
    static SteadyProducer start(TaffrailClient client, String topic) {
        SteadyProducer steady = new SteadyProducer(client, topic);
        steady.thread.setDaemon(true);
        steady.thread.start();
        return steady;
    }

    private void sendAll() {
        long dueNanos = System.nanoTime();
        try {
            while (!stopped) {
                send(nextNumber());
                dueNanos = Math.max(dueNanos + INTERVAL_NANOS, System.nanoTime());
                LockSupport.parkNanos(dueNanos - System.nanoTime());
            }
        } catch (RuntimeException e) {
            answered(e); // the topic is gone, or no broker is left
        }
    }

    private synchronized long nextNumber() {
        sent++;
        return sent;
    }

    private void send(long number) {
        var answer =
                producer.send(ProducerRecord.of(topic, Long.toString(number)))
                        .whenComplete((stored, thrown) -> answered(thrown));
        if (answer.isCancelled()) {
            throw new IllegalStateException("nobody cancels a record");
        }
    }

    private synchronized void answered(Throwable thrown) {
        if (thrown != null) {
            failure = failure == null ? thrown : failure;
        } else {
            long now = System.nanoTime();
            if (acknowledged > 0) {
                longestPauseNanos = Math.max(longestPauseNanos, now - acknowledgedNanos);
            }
            acknowledged++;
            acknowledgedNanos = now;
        }
        notifyAll();
    }

    synchronized long sent() {
        return sent;
    }

    /** The longest time between two acknowledgements from now on. */
    synchronized void measurePauses() {
        longestPauseNanos = 0;
    }

    synchronized Duration longestPause() {
        return Duration.ofNanos(longestPauseNanos);
    }

    /**
     * Waits until so many are acknowledged.
     *
     * @throws CommandFailedException if one fails, or it takes longer than {@code atMost}
     */
    synchronized void awaitAcknowledged(long count, Duration atMost)
            throws CommandFailedException, InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (acknowledged < count) {
            if (failure != null) {
                throw new CommandFailedException(
                        "a record is not stored: " + failure.getMessage(), failure);
            }
            long leftMs = (deadline - System.nanoTime()) / 1_000_000;
            if (leftMs <= 0) {
                throw new CommandFailedException(
                        "of %d records that were sent, only %d are acknowledged after %d s"
                                .formatted(sent, acknowledged, atMost.toSeconds()));
            }
            wait(leftMs);
        }
    }

    /** Sends no more, and waits until all are acknowledged; gives how many. */
    long finish(Duration atMost) throws CommandFailedException, InterruptedException {
        stopped = true;
        thread.join(atMost.toMillis());
        long all = sent();
        awaitAcknowledged(all, atMost);
        return all;
    }

    /** Gives up what is unanswered. */
    @Override
    public void close() {
        stopped = true;
        producer.close(Duration.ZERO);
    }
}
