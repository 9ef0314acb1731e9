// SPDX-License-Identifier: Apache-2.0
/**
 * The parts of compaction (P22) that know nothing of a log's state: which offset is a key's latest,
 * and how rewritten segments take the place of their originals.
 *
 * <p>A crash while a run of segments is replaced: the new file is written beside ({@code
 * .compacted}) and forced; then {@code compaction-swap} names what it replaces, durably; then it is
 * renamed over the first original, the others are deleted, and the note goes. At opening, with a
 * note and the {@code .compacted} file: the note is withdrawn, nothing was replaced. With a note
 * and without that file: the rename took place, and the deletion is finished. Without a note a
 * {@code .compacted} file is a leftover.
 */
package io.taffrail.logstore.compaction;
