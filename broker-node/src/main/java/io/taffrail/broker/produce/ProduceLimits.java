// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.produce;

import java.time.Duration;

/**
 * How much clients that write may ask of this broker.
 *
 * @param maxInFlight requests of a slot that may be unanswered
 * @param maxSlots open slots of a stream
 * @param maxWaitingBytes of a stream's requests that were received and are not yet in the log:
 *     above it the stream is not read, and may exceed it by one request
 * @param largeRequestBytes from this size on a request is appended by a worker, as are compressed
 *     batches of any size
 * @param idleInterval an open slot hears something at least so often
 * @param producerIdTimeout how long InitProducer waits for the active controller
 */
public record ProduceLimits(
        int maxInFlight,
        int maxSlots,
        int maxWaitingBytes,
        int largeRequestBytes,
        Duration idleInterval,
        Duration producerIdTimeout) {
    /**
     * 32 in flight is what the log remembers of a producer (P23): more could not be resent safely.
     */
    public static final ProduceLimits DEFAULT =
            new ProduceLimits(
                    32, 10_000, 8 << 20, 64 << 10, Duration.ofSeconds(30), Duration.ofSeconds(10));

    public ProduceLimits {
        require(maxInFlight >= 1, "maxInFlight", maxInFlight, "at least 1");
        require(maxSlots >= 1, "maxSlots", maxSlots, "at least 1");
        require(maxWaitingBytes >= 1, "maxWaitingBytes", maxWaitingBytes, "at least 1");
        require(largeRequestBytes >= 0, "largeRequestBytes", largeRequestBytes, "at least 0");
        require(
                isPlausible(idleInterval),
                "idleInterval",
                idleInterval,
                "1 to " + Integer.MAX_VALUE + " ms");
        require(
                isPlausible(producerIdTimeout),
                "producerIdTimeout",
                producerIdTimeout,
                "1 to " + Integer.MAX_VALUE + " ms");
    }

    private static boolean isPlausible(Duration duration) {
        return duration.compareTo(Duration.ofMillis(1)) >= 0
                && duration.compareTo(Duration.ofMillis(Integer.MAX_VALUE)) <= 0;
    }

    private static void require(boolean holds, String name, Object value, String allowed) {
        if (!holds) {
            throw new IllegalArgumentException(name + " is " + value + ": allowed is " + allowed);
        }
    }

    public ProduceLimits withMaxInFlight(int value) {
        return new ProduceLimits(
                value,
                maxSlots,
                maxWaitingBytes,
                largeRequestBytes,
                idleInterval,
                producerIdTimeout);
    }

    public ProduceLimits withMaxSlots(int value) {
        return new ProduceLimits(
                maxInFlight,
                value,
                maxWaitingBytes,
                largeRequestBytes,
                idleInterval,
                producerIdTimeout);
    }

    public ProduceLimits withMaxWaitingBytes(int value) {
        return new ProduceLimits(
                maxInFlight, maxSlots, value, largeRequestBytes, idleInterval, producerIdTimeout);
    }

    public ProduceLimits withIdleInterval(Duration value) {
        return new ProduceLimits(
                maxInFlight,
                maxSlots,
                maxWaitingBytes,
                largeRequestBytes,
                value,
                producerIdTimeout);
    }
}
