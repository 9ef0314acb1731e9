// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model.batch;

/**
 * What is allowed in a produced batch.
 *
 * @param maxEntryBytes of the whole entry as it would be stored
 * @param maxDecompressedBytes of the records, once decompressed
 * @param keyRequired whether every record needs a key: in a topic that is compacted a record
 *     without one could never be superseded
 */
public record BatchLimits(int maxEntryBytes, int maxDecompressedBytes, boolean keyRequired) {
    public BatchLimits {
        if (maxEntryBytes < RecordBatchLayout.HEADER_BYTES
                || maxEntryBytes > RecordBatchLayout.MAX_ENTRY_BYTES) {
            throw new IllegalArgumentException(
                    "maxEntryBytes is "
                            + maxEntryBytes
                            + ", not "
                            + RecordBatchLayout.HEADER_BYTES
                            + " to "
                            + RecordBatchLayout.MAX_ENTRY_BYTES);
        }
        if (maxDecompressedBytes < 0) {
            throw new IllegalArgumentException(
                    "maxDecompressedBytes is " + maxDecompressedBytes + ", below 0");
        }
    }
}
