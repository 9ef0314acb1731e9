// SPDX-License-Identifier: Apache-2.0
package io.taffrail.testsupport;

/**
 * The room on the disk: the sum of the sizes of all files that have a name or are open. Holes take
 * room as bytes do. Used only under the disk's lock.
 */
final class Space {
    private static final long UNLIMITED_BYTES = 1L << 40;

    private long capacityBytes = UNLIMITED_BYTES;
    private long usedBytes;

    void setCapacity(long bytes) {
        capacityBytes = bytes;
    }

    void take(long bytes) {
        usedBytes += bytes;
    }

    void free(long bytes) {
        usedBytes -= bytes;
    }

    void freeIfUnused(FileNode file) {
        if (!file.isInUse()) {
            free(file.size());
        }
    }

    void recount(long used) {
        usedBytes = used;
    }

    long capacity() {
        return capacityBytes;
    }

    long usable() {
        return Math.max(0, capacityBytes - usedBytes);
    }

    /** How many of the bytes of a write fit. */
    int fitting(long fileSize, long position, int length) {
        long growth = Math.max(0, position + length - fileSize);
        long missing = Math.max(0, growth - usable());
        return (int) Math.max(0, length - missing);
    }
}
