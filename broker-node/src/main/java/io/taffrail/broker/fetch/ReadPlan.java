// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.fetch;

import io.taffrail.broker.replication.PartitionLeader;

/**
 * What one read of the log is to bring.
 *
 * @param fromOffset where to begin
 * @param endOffset exclusive: records from there on are not wanted
 * @param minBytes less than this, and nothing more below the high watermark, is not worth sending
 * @param maxBytes what is brought is cut at this, but a single batch or record may exceed it
 * @param maxMessageBytes what a whole response may not exceed
 * @param creditBytes while this is positive, a further batch or record may be sent
 * @param creditRecords the same, in records
 */
record ReadPlan(
        PartitionLeader leader,
        long fromOffset,
        long endOffset,
        int minBytes,
        int maxBytes,
        int maxMessageBytes,
        long creditBytes,
        long creditRecords) {
    /** Room for all that a response says besides batches and records. */
    private static final int MESSAGE_OVERHEAD_BYTES = 128;

    /** What a single batch or record may not exceed. */
    int maxContentBytes() {
        return maxContentBytes(maxMessageBytes);
    }

    /** The same, for responses of such a size. */
    static int maxContentBytes(int maxMessageBytes) {
        return Math.max(0, maxMessageBytes - MESSAGE_OVERHEAD_BYTES);
    }
}
