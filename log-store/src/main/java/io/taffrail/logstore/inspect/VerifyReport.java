// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore.inspect;

import io.taffrail.model.TopicPartition;
import java.util.List;

/**
 * What {@link LogVerifier} found.
 *
 * @param logStartOffset first offset that may be read
 * @param logEndOffset one past the last that is there
 * @param knownDurableEndOffset all below it was on disk once, as the log itself says
 */
public record VerifyReport(
        TopicPartition partition,
        long logStartOffset,
        long logEndOffset,
        long knownDurableEndOffset,
        List<SegmentReport> segments,
        List<Finding> findings) {
    /** Whether nothing is damaged. */
    public boolean isSound() {
        return findings.stream().noneMatch(f -> f.severity() == Finding.Severity.DAMAGE);
    }
}
