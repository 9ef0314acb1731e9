// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import java.time.Duration;

/**
 * What the server takes at most.
 *
 * @param maxConnections of clients and other brokers together, at least 1; more are closed at once
 * @param maxStreamsPerConnection calls at a time, at least 1; a client holds back more
 * @param maxRequestBytes of one message, at least 1024; above it the call ends with
 *     RESOURCE_EXHAUSTED. Must be above every topic's max.message.bytes, so that a batch which is
 *     too large for its topic is told so
 * @param connectionAge after which a connection is given up, ± 10 %; its streams end up to 40 %
 *     later. At least 1 ms
 * @param stopGrace how long a stopping server waits for calls before it cuts them off
 */
public record ApiLimits(
        int maxConnections,
        int maxStreamsPerConnection,
        int maxRequestBytes,
        Duration connectionAge,
        Duration stopGrace) {
    /** For a broker that nobody configured. */
    public static final ApiLimits DEFAULTS =
            new ApiLimits(10_000, 10_000, 16 << 20, Duration.ofMinutes(30), Duration.ofSeconds(10));

    public ApiLimits {
        atLeast(1, maxConnections, "connections");
        atLeast(1, maxStreamsPerConnection, "streams of a connection");
        atLeast(1 << 10, maxRequestBytes, "bytes of a request");
        atLeast(1, connectionAge.toMillis(), "milliseconds of a connection's age");
        atLeast(0, stopGrace.toMillis(), "milliseconds of grace at a stop");
    }

    private static void atLeast(long least, long value, String what) {
        if (value < least) {
            throw new IllegalArgumentException(
                    value + " " + what + " are too few: at least " + least);
        }
    }
}
