// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication.stream;

import java.time.Duration;

/**
 * What followers hold and how long they wait. Checked as it is built.
 *
 * @param inSyncCreditBytes what a stream of replicas in sync may have on its way, one entry more at
 *     most
 * @param catchUpCreditBytes the same, of those that catch up
 * @param firstWord how long a leader may take for its first message, connecting included
 * @param silence a leader that says nothing for so long is left (P12)
 * @param unreachable one that was not heard of for so long is reported (P9)
 */
public record FetcherLimits(
        long inSyncCreditBytes,
        long catchUpCreditBytes,
        Duration firstWord,
        Duration silence,
        Duration unreachable) {
    public static final FetcherLimits DEFAULT =
            new FetcherLimits(
                    16L << 20,
                    8L << 20,
                    Duration.ofSeconds(3),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(2));

    public FetcherLimits {
        require(inSyncCreditBytes >= 1, "credit in sync", inSyncCreditBytes);
        require(catchUpCreditBytes >= 1, "credit for catching up", catchUpCreditBytes);
        require(silence.toMillis() >= 1, "silence", silence);
        require(firstWord.compareTo(silence) >= 0, "wait for the first word", firstWord);
        require(unreachable.toMillis() >= 1, "time until unreachable", unreachable);
    }

    long creditBytes(Traffic traffic) {
        return traffic == Traffic.IN_SYNC ? inSyncCreditBytes : catchUpCreditBytes;
    }

    private static void require(boolean holds, String what, Object value) {
        if (!holds) {
            throw new IllegalArgumentException(what + " must not be " + value);
        }
    }
}
