// SPDX-License-Identifier: Apache-2.0
package io.taffrail.testsupport;

/**
 * What a power cut leaves of the changes that were not forced. What was forced is always left.
 *
 * <p>Of the changes to a directory that was not synced, {@link #DROP_ALL_UNSYNCED} leaves none,
 * {@link #KEEP_ALL} all, and every other kind a random prefix, drawn for each directory on its own.
 */
public enum PowerCut {
    /** Nothing. */
    DROP_ALL_UNSYNCED,
    /** Everything: the disk had got to it all by itself. */
    KEEP_ALL,
    /**
     * Each sector of 512 bytes on its own: as it was forced, as it was last written, or as it was
     * in between. The size may or may not have grown over sectors that were dropped; these read as
     * zeros.
     */
    KEEP_RANDOM_SECTORS,
    /**
     * Everything but the end of each file's last write, which is torn at a random byte or sector;
     * the size may cover the missing bytes, which then are zeros.
     */
    TORN_LAST_WRITE,
    /** The first so many changes: of all files in one order, or of each file on its own. */
    KEEP_PREFIX,
    /** Some writes and truncations, each whole, and not others. */
    REORDER,
    /** The sizes, with zeros where the files had grown, and old bytes elsewhere. */
    SIZE_WITHOUT_BYTES,
    /**
     * The sizes, with random bytes where the files had grown, as in blocks that belonged to another
     * file before.
     */
    GARBAGE_TAIL,
}
