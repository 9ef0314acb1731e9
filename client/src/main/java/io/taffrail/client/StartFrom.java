// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client;

import java.util.OptionalInt;

/** Where reading a partition begins. */
public sealed interface StartFrom {
    /** The log start: the first record that is still there. */
    static StartFrom earliest() {
        return new Earliest();
    }

    /** The high watermark: only what is appended from now on. */
    static StartFrom latest() {
        return new Latest();
    }

    /** At an offset, from 0. */
    static StartFrom offset(long offset) {
        return new AtOffset(offset, OptionalInt.empty());
    }

    /**
     * At an offset; checked that the record before it is still the one of that leader epoch, so
     * that a loss by an unclean election is noticed.
     */
    static StartFrom offset(long offset, int leaderEpoch) {
        return new AtOffset(offset, OptionalInt.of(leaderEpoch));
    }

    /**
     * At the first record of this time or later, in milliseconds since 1970; if none, the latest.
     */
    static StartFrom timestampMs(long timestampMs) {
        return new AtTimestamp(timestampMs);
    }

    /** So many offsets before the latest, but not before the earliest. */
    static StartFrom lastRecords(long count) {
        return new LastRecords(count);
    }

    /** See {@link #earliest}. */
    record Earliest() implements StartFrom {}

    /** See {@link #latest}. */
    record Latest() implements StartFrom {}

    /** See {@link #offset(long, int)}. */
    record AtOffset(long offset, OptionalInt leaderEpoch) implements StartFrom {
        public AtOffset {
            requireNotNegative("offset", offset);
        }
    }

    /** See {@link #timestampMs}. */
    record AtTimestamp(long timestampMs) implements StartFrom {}

    /** See {@link #lastRecords}. */
    record LastRecords(long count) implements StartFrom {
        public LastRecords {
            requireNotNegative("count", count);
        }
    }

    private static void requireNotNegative(String name, long value) {
        if (value < 0) {
            throw new IllegalArgumentException(name + " " + value + " is negative");
        }
    }
}
