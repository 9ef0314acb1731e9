// SPDX-License-Identifier: Apache-2.0
package io.taffrail.workload;

/**
 * Something in a {@link History} that a log must not do.
 *
 * @param text who saw what, and where
 */
public record Anomaly(Kind kind, int partition, String text) {
    /** What went wrong. */
    public enum Kind {
        /** Acknowledged or read, and not in the log. */
        LOST,
        /** One value at two offsets. */
        DOUBLED,
        /** Values of one producer in another order than they were sent in. */
        REORDERED,
        /** Never sent, or not to this partition. */
        PHANTOM,
        /** Two values at one offset, in the eyes of two. */
        INCONSISTENT_OFFSET,
        /** A reader went back, or stayed. */
        NOT_MONOTONIC,
        /** A reader passed over what is in the log. */
        SKIPPED,
        /** Replicas of one partition do not hold the same entries (I2). */
        DIVERGING_REPLICAS,
        /** Nothing goes on although nothing hinders any more. */
        STUCK
    }

    @Override
    public String toString() {
        return kind + " in partition " + partition + ": " + text;
    }
}
