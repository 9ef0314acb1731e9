// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.log;

import java.util.Locale;

/**
 * What an append has brought into the log.
 *
 * @param firstOffset of the first record
 * @param endOffset one past the last
 * @param lineBytes of the lines, newlines included
 */
record AppendTally(
        long records,
        long lineBytes,
        long batches,
        long storedBytes,
        long firstOffset,
        long endOffset) {
    static AppendTally at(long logEndOffset) {
        return new AppendTally(0, 0, 0, 0, logEndOffset, logEndOffset);
    }

    AppendTally plus(long moreRecords, long moreLineBytes, long moreStoredBytes) {
        return new AppendTally(
                records + moreRecords,
                lineBytes + moreLineBytes,
                batches + 1,
                storedBytes + moreStoredBytes,
                firstOffset,
                endOffset + moreRecords);
    }

    String summary(long nanos) {
        if (records == 0) {
            return "appended nothing";
        }
        return String.format(
                Locale.ROOT,
                "appended %d records, %d bytes, in %d batches, %d bytes stored, offsets %d to %d,"
                        + " in %.2f s: %.1f MB/s",
                records,
                lineBytes,
                batches,
                storedBytes,
                firstOffset,
                endOffset - 1,
                nanos / 1e9,
                megabytesPerSecond(nanos));
    }

    String progress(long nanos) {
        return String.format(
                Locale.ROOT,
                "%d records, %.0f MB, %.1f MB/s",
                records,
                lineBytes / 1e6,
                megabytesPerSecond(nanos));
    }

    private double megabytesPerSecond(long nanos) {
        return lineBytes * 1e3 / Math.max(nanos, 1);
    }
}
