// SPDX-License-Identifier: Apache-2.0
/**
 * What opening a log does, step by step, and what it says it found. The assumptions on disks are
 * those of {@link io.taffrail.logstore.files}. A crash at each kind of write:
 *
 * <ul>
 *   <li><b>append</b>: before: nothing. During, or after but before the force: the tail of the last
 *       segment may be short, torn or zeros. It is cut if nothing valid follows it and it lies
 *       above all that is known to be durable (P17). After the force: it is there.
 *   <li><b>roll</b>: the new segment's name may be missing: nothing in it was acknowledged, because
 *       a flush forces the directory before it says so. The old segment's tail may be torn while
 *       the new one holds entries: both lie above what is known to be durable, the new one does not
 *       continue the old one, and is dropped (P20). Indexes and producer snapshots may be missing
 *       or torn: their checksums say so, and they are made anew.
 *   <li><b>small files</b> ({@code checkpoint}, {@code leader-epochs}): the old or the new
 *       contents, whole.
 *   <li><b>truncation</b>: what is known to be durable is lowered first, durably; then segments go
 *       from the top, then the file is cut. In between, the log is longer than it should be; the
 *       replica finds that out again from its leader.
 *   <li><b>retention</b>: the log start is durable before a segment is deleted; what is left over
 *       is deleted at opening.
 *   <li><b>compaction</b>: a rewritten segment replaces its original by one rename; see {@link
 *       io.taffrail.logstore.compaction}.
 *   <li><b>the sidecar {@code fsynced-end}</b>: written, never forced on its own; two slots in
 *       turn, each with its checksum. After a power cut it may say less than is true, never more.
 * </ul>
 */
package io.taffrail.logstore.recovery;
