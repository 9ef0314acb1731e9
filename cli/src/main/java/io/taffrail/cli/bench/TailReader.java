// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.bench;

import io.taffrail.client.Consumer;
import io.taffrail.client.ConsumerRecord;
import io.taffrail.client.TaffrailException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/**
 * Reads what a {@link StampedValues} of this process has made, at the tail of the log, and records
 * how long each took from when it was to be sent. Runs on a thread of its own.
 */
final class TailReader implements Runnable {
    private static final Duration WAIT = Duration.ofMillis(100);

    private final Consumer consumer;
    private final long run;
    private final long expected;
    private final Latency latency = new Latency();
    private volatile long seen;
    private volatile boolean stopped;
    private volatile TaffrailException failure;

    /**
     * Of the partitions that {@code consumer} is assigned.
     *
     * @param run whose records count
     * @param expected how many those are
     */
    TailReader(Consumer consumer, long run, long expected) {
        this.consumer = consumer;
        this.run = run;
        this.expected = expected;
    }

    @Override
    public void run() {
        long count = 0;
        try {
            while (count < expected && !stopped) {
                for (ConsumerRecord record : consumer.poll(WAIT)) {
                    count += take(record.value()) ? 1 : 0;
                }
                seen = count;
            }
        } catch (TaffrailException e) {
            failure = e;
        }
    }

    private boolean take(byte[] value) {
        if (value == null || value.length < StampedValues.STAMP_BYTES) {
            return false;
        }
        ByteBuffer stamp = ByteBuffer.wrap(value);
        if (stamp.getLong() != run) {
            return false; // of someone else, who writes to the topic too
        }
        latency.recordSince(stamp.getLong());
        return true;
    }

    /** How many have come. */
    long seen() {
        return seen;
    }

    Latency latency() {
        return latency;
    }

    Optional<TaffrailException> failure() {
        return Optional.ofNullable(failure);
    }

    /** Makes it return soon. */
    void stop() {
        stopped = true;
        consumer.wakeup();
    }
}
