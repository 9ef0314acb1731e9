// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore;

import io.taffrail.logstore.segment.Segment;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Which whole segments retention drops: a pure rule. */
final class Retention {
    private Retention() {}

    /**
     * The log start after dropping, from the oldest on, segments that are too old by their latest
     * append or of which the rest is still as much as is to be kept. Only what lies wholly below
     * the high watermark goes.
     */
    static long newLogStart(
            LogConfig config,
            List<Segment> segments,
            long logStartOffset,
            long highWatermark,
            long nowMs) {
        if (!config.delete()) {
            return logStartOffset;
        }
        long sizeBytes = segments.stream().mapToLong(segment -> segment.summary().logBytes()).sum();
        long start = logStartOffset;
        for (Segment segment : segments) {
            long bytes = segment.summary().logBytes();
            boolean tooMuch =
                    config.retentionBytes().isPresent()
                            && sizeBytes - bytes >= config.retentionBytes().getAsLong();
            boolean goes =
                    !segment.isEmpty()
                            && (tooMuch || tooOld(config.retentionAge(), segment, nowMs));
            if (!goes || segment.endOffset() > highWatermark) {
                break;
            }
            start = Math.max(start, segment.endOffset());
            sizeBytes -= bytes;
        }
        return start;
    }

    private static boolean tooOld(Optional<Duration> retention, Segment segment, long nowMs) {
        return retention.isPresent()
                && nowMs - segment.summary().maxAppendTimeMs() > retention.get().toMillis();
    }
}
