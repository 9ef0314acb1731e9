// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.admin;

/** Which offset of a partition to find. */
public sealed interface OffsetSpec {
    /** The log start. */
    static OffsetSpec earliest() {
        return new Earliest();
    }

    /** The high watermark, exclusive. */
    static OffsetSpec latest() {
        return new Latest();
    }

    /** The first record of this time or later, in milliseconds since 1970. */
    static OffsetSpec timestampMs(long timestampMs) {
        return new AtTimestamp(timestampMs);
    }

    /** See {@link #earliest}. */
    record Earliest() implements OffsetSpec {}

    /** See {@link #latest}. */
    record Latest() implements OffsetSpec {}

    /** See {@link #timestampMs}. */
    record AtTimestamp(long timestampMs) implements OffsetSpec {}
}
