// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model.cluster;

import java.util.UUID;

/**
 * Identity of a data directory, random, written when it was formatted. Another directory under the
 * same node id is another disk, whatever it is mounted as (P2).
 */
public record DirectoryId(UUID uuid) implements Comparable<DirectoryId> {
    public static final int BYTES = 16;

    /** A new one, version 4 of RFC 9562. */
    public static DirectoryId random() {
        return new DirectoryId(UUID.randomUUID());
    }

    /**
     * Reads the text form.
     *
     * @throws IllegalArgumentException if {@code text} is not a UUID in lower case
     */
    public static DirectoryId parse(String text) {
        UUID uuid = UUID.fromString(text);
        if (!uuid.toString().equals(text)) {
            throw new IllegalArgumentException(
                    "not a directory id (a UUID in lower case): " + text);
        }
        return new DirectoryId(uuid);
    }

    @Override
    public int compareTo(DirectoryId other) {
        return uuid.compareTo(other.uuid);
    }

    @Override
    public String toString() {
        return uuid.toString();
    }
}
