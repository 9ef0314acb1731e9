// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore;

import io.taffrail.logstore.recovery.DamagedRange;

/** What reading at an offset gives. */
public sealed interface LogReadResult
        permits LogSlice, LogReadResult.OutOfRange, LogReadResult.Damaged {
    /** The offset lies before the log start or beyond the log end. */
    record OutOfRange(long logStartOffset, long logEndOffset) implements LogReadResult {}

    /** This replica's bytes at the offset are damaged or gone. */
    record Damaged(DamagedRange damage) implements LogReadResult {}
}
