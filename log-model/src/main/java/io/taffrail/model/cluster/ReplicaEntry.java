// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model.cluster;

/**
 * A replica: broker and directory, since a wiped disk is another replica (P2).
 *
 * @param flushProven under {@code flush=commit}: it has reported that all below its log end was
 *     fsynced after the setting changed; until then it counts as {@code flush=os} (P21)
 * @param placedIndex log index of the command that placed it there: a broker that had applied it
 *     and has no directory has lost the replica (P4)
 */
public record ReplicaEntry(
        int brokerId,
        DirectoryId directoryId,
        boolean flushProven,
        ReplicaFault fault,
        long placedIndex) {}
