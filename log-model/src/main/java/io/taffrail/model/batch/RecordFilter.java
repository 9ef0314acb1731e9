// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model.batch;

/** Chooses what compaction keeps. */
@FunctionalInterface
public interface RecordFilter {
    /**
     * Called once for each record, in the order of offsets.
     *
     * @param record stands at the record; must not be moved on, nor kept
     */
    boolean keep(RecordCursor record, long offset);
}
