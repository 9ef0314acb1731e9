// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore;

import io.taffrail.logstore.FollowerAppendResult.BadEntry;
import io.taffrail.logstore.FollowerAppendResult.NewerFormat;
import io.taffrail.logstore.segment.Segment.EntryHeader;
import io.taffrail.model.OffsetAndEpoch;
import io.taffrail.model.TopicPartition;
import io.taffrail.model.batch.EntryCheck;
import io.taffrail.model.batch.RecordBatchLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A run of entries from the leader on its way into the log: both checksums, rising offsets and
 * epochs are checked before a byte is written. Where the leader compacted, offsets have gaps (P22).
 */
final class FollowerAppend {
    private final TopicPartition partition;
    private final ByteBuffer entries;
    private final int bytes;
    private final List<EntryHeader> headers = new ArrayList<>();
    private final List<OffsetAndEpoch> epochStarts = new ArrayList<>();
    private long endOffset;

    FollowerAppend(TopicPartition partition, ByteBuffer entries) {
        this.partition = partition;
        this.entries = entries.slice();
        this.bytes = entries.remaining();
    }

    /** What is wrong with the run, if anything is. */
    Optional<FollowerAppendResult> check(long from) {
        endOffset = from;
        int at = 0;
        while (at < bytes) {
            EntryCheck check =
                    EntryCheck.check(
                            entries, at, bytes, partition.topicId(), partition.partition());
            if (check == EntryCheck.NEWER_FORMAT) {
                return Optional.of(new NewerFormat(at));
            }
            if (check != EntryCheck.VALID || !rises(at)) {
                return Optional.of(new BadEntry(at, check));
            }
            int epoch = RecordBatchLayout.leaderEpoch(entries, at);
            if (epochStarts.isEmpty() || epoch > lastEpoch()) {
                // Where the entry before ends: the leader's compaction may have taken the first
                // entries of an epoch, and never the last one.
                epochStarts.add(new OffsetAndEpoch(endOffset, epoch));
            }
            headers.add(new EntryHeader(entries, at));
            endOffset = RecordBatchLayout.endOffset(entries, at);
            at += RecordBatchLayout.entryBytes(entries, at);
        }
        return Optional.empty();
    }

    private boolean rises(int at) {
        return RecordBatchLayout.baseOffset(entries, at) >= endOffset
                && (epochStarts.isEmpty()
                        || RecordBatchLayout.leaderEpoch(entries, at) >= lastEpoch());
    }

    private int lastEpoch() {
        return epochStarts.get(epochStarts.size() - 1).leaderEpoch();
    }

    boolean isEmpty() {
        return headers.isEmpty();
    }

    /** Leader epoch of the first entry. */
    int firstEpoch() {
        return epochStarts.get(0).leaderEpoch();
    }

    /** Where each epoch of the run begins in it. */
    List<OffsetAndEpoch> epochStarts() {
        return epochStarts;
    }

    long bytes() {
        return bytes;
    }

    long endOffset() {
        return endOffset;
    }

    ByteBuffer[] buffers() {
        return new ByteBuffer[] {entries.duplicate()};
    }

    List<EntryHeader> headers() {
        return headers;
    }
}
