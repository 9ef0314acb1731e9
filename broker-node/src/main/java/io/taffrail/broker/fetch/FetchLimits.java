// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.fetch;

import java.time.Duration;

/**
 * What readers may ask of this broker. Checked as it is built.
 *
 * @param maxSlotsPerStream open slots of one stream of Fetch; more are OVERLOADED
 * @param maxCreditBytes what a slot's balance stays at, however much is granted
 * @param maxResponseBytes what a response is cut at, whatever a reader asks for; a single batch may
 *     still be larger
 * @param onReadyThresholdBytes of a stream: while more than this waits for the receiver, nothing is
 *     read for it
 * @param heldBytes what all responses that wait for their receivers may hold
 * @param idleInterval an open slot hears something at least so often
 * @param tailAge what was appended so recently is in memory, and read on the event loop
 */
public record FetchLimits(
        int maxSlotsPerStream,
        long maxCreditBytes,
        int maxResponseBytes,
        int onReadyThresholdBytes,
        long heldBytes,
        Duration idleInterval,
        Duration tailAge) {
    public static final FetchLimits DEFAULT =
            new FetchLimits(
                    10_000,
                    1L << 30,
                    8 << 20,
                    2 << 20,
                    256L << 20,
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(5));

    public FetchLimits {
        require(maxSlotsPerStream >= 1, "slots per stream", maxSlotsPerStream);
        require(maxCreditBytes >= 1, "bytes of credit", maxCreditBytes);
        require(maxResponseBytes >= 1, "bytes of a response", maxResponseBytes);
        require(onReadyThresholdBytes >= 1, "the threshold", onReadyThresholdBytes);
        require(heldBytes >= 0, "bytes held", heldBytes);
        require(idleInterval.toMillis() >= 1, "the idle interval", idleInterval);
        require(!tailAge.isNegative(), "the age of the tail", tailAge);
    }

    private static void require(boolean holds, String what, Object value) {
        if (!holds) {
            throw new IllegalArgumentException(what + " must not be " + value);
        }
    }
}
