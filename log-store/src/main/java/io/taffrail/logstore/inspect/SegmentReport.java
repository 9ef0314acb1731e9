// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore.inspect;

import io.taffrail.logstore.segment.SegmentSummary;

/**
 * What one log file holds.
 *
 * @param summary of its valid entries, by the producers' time
 * @param records in those entries
 * @param damagedBytes that belong to none of them
 */
public record SegmentReport(
        SegmentFile segment, SegmentSummary summary, long records, long damagedBytes) {}
