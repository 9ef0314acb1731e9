// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.LongFunction;

/** Reads logs from end to end, and holds what it reads against what has to be true of every log. */
final class LogContents {
    private LogContents() {}

    /** All entries that hold an offset in [from, end), read in bites of {@code maxBytes}. */
    static List<Entry> read(PartitionLog log, long from, long end, int maxBytes)
            throws IOException {
        List<Entry> entries = new ArrayList<>();
        long next = from;
        while (next < end) {
            List<Entry> bite = readOnce(log, next, end, maxBytes);
            if (bite.isEmpty()) {
                break;
            }
            entries.addAll(bite);
            next = bite.get(bite.size() - 1).endOffset();
        }
        return entries;
    }

    /** Everything that can be read, entry by entry, each byte verified twice. */
    static List<Entry> readAll(PartitionLog log) throws IOException {
        return read(log, log.logStartOffset(), log.logEndOffset(), 700);
    }

    private static List<Entry> readOnce(PartitionLog log, long from, long end, int maxBytes)
            throws IOException {
        LogReadResult result = log.readVerified(from, end, maxBytes);
        if (!(result instanceof LogSlice slice)) {
            throw new AssertionError(
                    "reading at " + from + " below " + end + " gave " + result + " of " + of(log));
        }
        try (slice) {
            ByteBuffer copy = slice.copy();
            try (LogSlice plain = (LogSlice) log.read(from, end, maxBytes)) {
                assertThat(plain.copy()).isEqualTo(copy);
                assertThat(plain.nextOffset()).isEqualTo(slice.nextOffset());
            }
            List<Entry> entries = Entry.decodeRun(log.partition(), copy);
            long last = entries.isEmpty() ? from : entries.get(entries.size() - 1).endOffset();
            assertThat(slice.nextOffset()).isEqualTo(last);
            return entries;
        }
    }

    /** The order of the marks that every log keeps. */
    static void checkMarks(PartitionLog log) {
        assertThat(log.highWatermark())
                .as("high watermark of %s", of(log))
                .isBetween(log.logStartOffset(), log.logEndOffset());
        assertThat(log.durableEndOffset())
                .as("durable end of %s", of(log))
                .isBetween(0L, log.logEndOffset());
    }

    /** Offsets rise, epochs never fall. */
    static void checkChain(List<Entry> entries, boolean mayHaveGaps) {
        for (int i = 1; i < entries.size(); i++) {
            Entry before = entries.get(i - 1);
            Entry entry = entries.get(i);
            if (mayHaveGaps) {
                assertThat(entry.baseOffset()).isGreaterThanOrEqualTo(before.endOffset());
            } else {
                assertThat(entry.baseOffset()).isEqualTo(before.endOffset());
            }
            assertThat(entry.leaderEpoch()).isGreaterThanOrEqualTo(before.leaderEpoch());
        }
    }

    /** The epoch cache says of every entry what the entry says. */
    static void checkEpochs(PartitionLog log, List<Entry> entries) {
        checkEpochs(log::epochOf, log.logStartOffset(), entries);
    }

    static void checkEpochs(
            LongFunction<OptionalInt> epochOf, long logStartOffset, List<Entry> entries) {
        for (Entry entry : entries) {
            assertThat(epochOf.apply(Math.max(entry.baseOffset(), logStartOffset)))
                    .as("epoch of %s by the cache", entry)
                    .hasValue(entry.leaderEpoch());
            assertThat(epochOf.apply(entry.lastOffset()))
                    .as("epoch at the end of %s by the cache", entry)
                    .hasValue(entry.leaderEpoch());
        }
    }

    static String of(PartitionLog log) {
        return "log["
                + log.logStartOffset()
                + ", hw "
                + log.highWatermark()
                + ", durable "
                + log.durableEndOffset()
                + ", end "
                + log.logEndOffset()
                + ", "
                + log.segmentCount()
                + " segments, "
                + log.recoveryReport()
                + "]";
    }
}
