// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore.recovery;

/**
 * Offsets that this replica once held and cannot serve.
 *
 * @param fromOffset the first
 * @param endOffset one past the last
 * @param where file, byte and finding, for a person
 */
public record DamagedRange(Kind kind, long fromOffset, long endOffset, String where) {
    /** What is wrong with them. */
    public enum Kind {
        /** Bytes are there and are not what was written. */
        CORRUPT,
        /** Bytes that are known to have been durable are gone. */
        LOST
    }

    @Override
    public String toString() {
        return kind + " [" + fromOffset + ", " + endOffset + "): " + where;
    }
}
