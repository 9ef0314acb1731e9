// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore.recovery;

import io.taffrail.model.TopicPartition;
import java.util.List;
import java.util.OptionalInt;

/**
 * What opening a log found and did. The owner tells the controller (P17, P19).
 *
 * @param logStartOffset first offset that can be read
 * @param logEndOffset one past the last entry that was kept
 * @param lastEpoch leader epoch of the last entry; empty if there is none
 * @param knownDurableEndOffset what was known to be on disk before: by checkpoint, sidecar or clean
 *     mark
 * @param bytesCut removed from the tail, in all files
 * @param bytesScanned read and verified
 * @param damage what cannot be served; the files are left as they were found
 * @param notes what else was done, for a person: an index made anew, a leftover deleted
 */
public record RecoveryReport(
        TopicPartition partition,
        Outcome outcome,
        long logStartOffset,
        long logEndOffset,
        OptionalInt lastEpoch,
        long knownDurableEndOffset,
        long bytesCut,
        long bytesScanned,
        List<DamagedRange> damage,
        List<String> notes) {
    /** From best to worst. */
    public enum Outcome {
        /** Nothing was missing and nothing was cut. */
        CLEAN,
        /** A torn tail was cut that cannot have been acknowledged. */
        CUT,
        /**
         * A tail was cut that may have been acknowledged: the replica stays out of ISR and ELR
         * while another is left (P17).
         */
        SUSPECT,
        /** Entries that are known to have been durable are gone. Nothing was cut. */
        LOST,
        /** There are bytes that are not what was written, and not at the tail. Nothing was cut. */
        CORRUPT
    }
}
