// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore;

import io.taffrail.logstore.segment.TimestampType;
import io.taffrail.model.batch.BatchLimits;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * The settings of one log; the names are those of a topic's settings. Checked as it is built.
 *
 * @param flush when an offset counts as stored
 * @param timestampType which time is indexed and searched
 * @param compact whether {@code cleanup.policy} names compact: every record then needs a key
 * @param delete whether {@code cleanup.policy} names delete: retention by time and size applies
 * @param segmentBytes size at which the active segment is closed
 * @param segmentAge age of the active segment's first entry at which it is closed
 * @param retentionAge how long a segment is kept after its last append; empty: for ever
 * @param retentionBytes how much of the log is kept; empty: all
 * @param deleteRetention how long a tombstone is kept after it was appended
 * @param maxMessageBytes largest entry that is accepted, as stored
 * @param indexIntervalBytes bytes of log for each slot of an index
 */
public record LogConfig(
        FlushPolicy flush,
        TimestampType timestampType,
        boolean compact,
        boolean delete,
        int segmentBytes,
        Duration segmentAge,
        Optional<Duration> retentionAge,
        OptionalLong retentionBytes,
        Duration deleteRetention,
        int maxMessageBytes,
        int indexIntervalBytes) {
    public static final LogConfig DEFAULT =
            new LogConfig(
                    FlushPolicy.COMMIT,
                    TimestampType.CREATE,
                    false,
                    true,
                    1 << 30,
                    Duration.ofDays(7),
                    Optional.of(Duration.ofDays(7)),
                    OptionalLong.empty(),
                    Duration.ofDays(1),
                    1 << 20,
                    4 << 10);

    /**
     * Bytes that a batch may take once decompressed, for each byte of {@link #maxMessageBytes}: no
     * zip bombs.
     */
    private static final int MAX_EXPANSION = 32;

    public LogConfig {
        require(segmentBytes >= 1 << 10, "segment.bytes", segmentBytes, "at least 1024");
        require(
                !segmentAge.isNegative() && !segmentAge.isZero(),
                "segment.ms",
                segmentAge,
                "more than 0");
        require(
                retentionAge.map(age -> !age.isNegative()).orElse(true),
                "retention.ms",
                retentionAge,
                "at least 0");
        require(retentionBytes.orElse(0) >= 0, "retention.bytes", retentionBytes, "at least 0");
        require(
                !deleteRetention.isNegative(),
                "delete.retention.ms",
                deleteRetention,
                "at least 0");
        require(
                maxMessageBytes >= 1 << 7 && maxMessageBytes <= 1 << 27,
                "max.message.bytes",
                maxMessageBytes,
                "128 to 134217728");
        require(indexIntervalBytes >= 1, "index.interval.bytes", indexIntervalBytes, "at least 1");
    }

    private static void require(boolean holds, String key, Object value, String allowed) {
        if (!holds) {
            throw new IllegalArgumentException(key + " is " + value + ": allowed is " + allowed);
        }
    }

    BatchLimits batchLimits() {
        long decompressed =
                Math.min((long) maxMessageBytes * MAX_EXPANSION, Integer.MAX_VALUE - 64);
        return new BatchLimits(maxMessageBytes, (int) decompressed, compact);
    }

    public LogConfig withFlush(FlushPolicy value) {
        return with(draft -> draft.flush = value);
    }

    public LogConfig withTimestampType(TimestampType value) {
        return with(draft -> draft.timestampType = value);
    }

    public LogConfig withSegmentBytes(int value) {
        return with(draft -> draft.segmentBytes = value);
    }

    public LogConfig withSegmentAge(Duration value) {
        return with(draft -> draft.segmentAge = value);
    }

    public LogConfig withRetention(Optional<Duration> age, OptionalLong bytes) {
        return with(
                draft -> {
                    draft.retentionAge = age;
                    draft.retentionBytes = bytes;
                });
    }

    /** The policy {@code compact} alone. */
    public LogConfig withCompaction(Duration tombstonesKept) {
        return with(
                draft -> {
                    draft.compact = true;
                    draft.delete = false;
                    draft.deleteRetention = tombstonesKept;
                });
    }

    public LogConfig withMaxMessageBytes(int value) {
        return with(draft -> draft.maxMessageBytes = value);
    }

    public LogConfig withIndexIntervalBytes(int value) {
        return with(draft -> draft.indexIntervalBytes = value);
    }

    private LogConfig with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.finished();
    }

    private static final class Draft {
        private FlushPolicy flush;
        private TimestampType timestampType;
        private boolean compact;
        private boolean delete;
        private int segmentBytes;
        private Duration segmentAge;
        private Optional<Duration> retentionAge;
        private OptionalLong retentionBytes;
        private Duration deleteRetention;
        private int maxMessageBytes;
        private int indexIntervalBytes;

        private Draft(LogConfig from) {
            flush = from.flush;
            timestampType = from.timestampType;
            compact = from.compact;
            delete = from.delete;
            segmentBytes = from.segmentBytes;
            segmentAge = from.segmentAge;
            retentionAge = from.retentionAge;
            retentionBytes = from.retentionBytes;
            deleteRetention = from.deleteRetention;
            maxMessageBytes = from.maxMessageBytes;
            indexIntervalBytes = from.indexIntervalBytes;
        }

        private LogConfig finished() {
            return new LogConfig(
                    flush,
                    timestampType,
                    compact,
                    delete,
                    segmentBytes,
                    segmentAge,
                    retentionAge,
                    retentionBytes,
                    deleteRetention,
                    maxMessageBytes,
                    indexIntervalBytes);
        }
    }
}
