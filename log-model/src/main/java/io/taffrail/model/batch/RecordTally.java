// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model.batch;

import io.taffrail.model.LogError;
import java.util.Optional;

/** Holds a batch's records, as they are walked, against what its header says of them. */
final class RecordTally {
    private final ProducedBatch batch;
    private final boolean keyRequired;
    private int count;
    private long largestDeltaMs = Long.MIN_VALUE;
    private long smallestDeltaMs = Long.MAX_VALUE;
    private BatchFault fault;

    RecordTally(ProducedBatch batch, boolean keyRequired) {
        this.batch = batch;
        this.keyRequired = keyRequired;
    }

    /** Takes in one record, and says whether it is worth walking on. */
    boolean add(boolean hasKey, int offsetDelta, long timestampDeltaMs) {
        if (offsetDelta != count || count == batch.recordCount() || (keyRequired && !hasKey)) {
            fault = fault(hasKey, offsetDelta);
            return false;
        }
        count++;
        // Written so that both are a conditional move: they are on the path of every record.
        largestDeltaMs = Math.max(largestDeltaMs, timestampDeltaMs);
        smallestDeltaMs = Math.min(smallestDeltaMs, timestampDeltaMs);
        return true;
    }

    /** What is wrong, after the last record or after {@link #add} said no. */
    Optional<BatchFault> conclude() {
        if (fault == null && count != batch.recordCount()) {
            fault = invalid("record_count", "is " + batch.recordCount() + ", records are " + count);
        }
        if (fault == null) {
            fault = checkTimestamps();
        }
        return Optional.ofNullable(fault);
    }

    private BatchFault checkTimestamps() {
        long base = batch.baseTimestampMs();
        if (overflows(base, largestDeltaMs) || overflows(base, smallestDeltaMs)) {
            return invalid("timestamp_delta_ms", "leads beyond what 64 bits hold");
        }
        if (batch.maxTimestampMs() != base + largestDeltaMs) {
            return invalid(
                    "max_timestamp_ms",
                    "is "
                            + batch.maxTimestampMs()
                            + ", the largest of the records is "
                            + (base + largestDeltaMs));
        }
        return null;
    }

    private BatchFault fault(boolean hasKey, int offsetDelta) {
        if (count == batch.recordCount()) {
            return invalid("record_count", "is " + count + ", there are more records");
        }
        if (offsetDelta != count) {
            return invalid(
                    "offset_delta",
                    "is " + offsetDelta + " in a produced batch's record number " + count);
        }
        return invalid(
                "key", "record " + count + (hasKey ? "" : " has none, the topic is compacted"));
    }

    private static boolean overflows(long a, long b) {
        long sum = a + b;
        return ((a ^ sum) & (b ^ sum)) < 0;
    }

    private static BatchFault invalid(String field, String message) {
        return new BatchFault(LogError.INVALID_BATCH, field, message);
    }
}
