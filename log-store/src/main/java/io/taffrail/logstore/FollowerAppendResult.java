// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore;

import io.taffrail.model.batch.EntryCheck;
import java.util.OptionalInt;

/** What became of a run of entries that a leader sent. */
public sealed interface FollowerAppendResult {
    /** All of it is in the log. */
    record Appended(long logEndOffset) implements FollowerAppendResult {}

    /**
     * The run does not continue this log: the follower opens again, with the divergence check
     * (P12). Nothing was written.
     */
    record Diverged(long logEndOffset, OptionalInt lastEpoch) implements FollowerAppendResult {}

    /**
     * An entry is not whole, or goes back in offsets or epochs: the follower reports it (P19).
     * Nothing was written.
     */
    record BadEntry(int positionInRun, EntryCheck check) implements FollowerAppendResult {}

    /**
     * An entry is newer than this version reads: the partition goes offline here. Nothing was
     * written.
     */
    record NewerFormat(int positionInRun) implements FollowerAppendResult {}

    /** The disk is at its reserve. Nothing was written. */
    record DiskFull(String message) implements FollowerAppendResult {}
}
