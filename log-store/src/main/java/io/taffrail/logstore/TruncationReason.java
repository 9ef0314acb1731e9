// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore;

/** Why a replica may cut its log (I6). */
public enum TruncationReason {
    /** The leader's log parts from this one at that offset. Never below the own high watermark. */
    DIVERGENCE,
    /**
     * The controller confirmed that this replica is in neither ISR nor ELR: after an unclean
     * election, or in repair (P12, P19). Then the cut may go below the high watermark, and it
     * clears damage above it.
     */
    OUT_OF_ISR_AND_ELR
}
