// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client;

/**
 * How a consumer reads.
 *
 * @param maxBufferedBytes what may be fetched ahead of {@link Consumer#poll}, in bytes as stored,
 *     of all partitions together; each partition may exceed its share by one batch; at least 64
 *     KiB, default 32 MiB
 * @param maxPollRecords most records that one {@link Consumer#poll} returns; at least 1, default
 *     1000
 * @param outOfRange what to do when a position is not in the log (any more); default {@link
 *     OutOfRangePolicy#FAIL}
 * @param checkCrcs whether the checksums that producers gave are verified; default true
 */
public record ConsumerSettings(
        int maxBufferedBytes, int maxPollRecords, OutOfRangePolicy outOfRange, boolean checkCrcs) {
    private static final int LEAST_BUFFERED_BYTES = 64 << 10;

    /** What to do when a position is not in the log (any more). */
    public enum OutOfRangePolicy {
        /** {@link Consumer#poll} throws until the partition is sought or unassigned. */
        FAIL,
        /** Go on at the log start; after an unclean election, where the log was cut. */
        EARLIEST,
        /** Go on at the high watermark; after an unclean election, where the log was cut. */
        LATEST
    }

    public ConsumerSettings {
        Positive.check(
                "maxBufferedBytes", maxBufferedBytes, LEAST_BUFFERED_BYTES, Integer.MAX_VALUE);
        Positive.check("maxPollRecords", maxPollRecords, 1, Integer.MAX_VALUE);
    }

    public static ConsumerSettings defaults() {
        return new ConsumerSettings(32 << 20, 1000, OutOfRangePolicy.FAIL, true);
    }

    public ConsumerSettings withMaxBufferedBytes(int value) {
        return new ConsumerSettings(value, maxPollRecords, outOfRange, checkCrcs);
    }

    public ConsumerSettings withMaxPollRecords(int value) {
        return new ConsumerSettings(maxBufferedBytes, value, outOfRange, checkCrcs);
    }

    public ConsumerSettings withOutOfRange(OutOfRangePolicy value) {
        return new ConsumerSettings(maxBufferedBytes, maxPollRecords, value, checkCrcs);
    }

    public ConsumerSettings withCheckCrcs(boolean value) {
        return new ConsumerSettings(maxBufferedBytes, maxPollRecords, outOfRange, value);
    }
}
