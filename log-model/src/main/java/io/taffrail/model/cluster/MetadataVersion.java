// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model.cluster;

import java.util.Comparator;

/**
 * A place in the controllers' log: orders what is said of the cluster, by term, then by index (P6).
 *
 * @param term Raft's term of the entry
 * @param index Raft's index of the entry
 */
public record MetadataVersion(long term, long index) implements Comparable<MetadataVersion> {
    /** Before every entry. */
    public static final MetadataVersion NONE = new MetadataVersion(0, 0);

    private static final Comparator<MetadataVersion> ORDER =
            Comparator.comparingLong(MetadataVersion::term)
                    .thenComparingLong(MetadataVersion::index);

    /** Whether this says what {@code other} says, or something newer. */
    public boolean isAtLeast(MetadataVersion other) {
        return compareTo(other) >= 0;
    }

    @Override
    public int compareTo(MetadataVersion other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return term + "/" + index;
    }
}
