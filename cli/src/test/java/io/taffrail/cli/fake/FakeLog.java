// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.fake;

import io.taffrail.api.v1.Anchor;
import io.taffrail.api.v1.RecordBatch;
import io.taffrail.api.v1.StartPosition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A partition's batches. To be used under the lock of its {@link FakeCluster}. */
final class FakeLog {
    static final int LEADER_EPOCH = 3;

    private final List<RecordBatch> batches = new ArrayList<>();
    private final Map<String, Long> offsets = new HashMap<>();
    private long startOffset;
    private long endOffset;

    /** Gives the offset of its first record; of the one that it is a repetition of, if it is. */
    long append(RecordBatch batch) {
        String sent =
                batch.getProducerId()
                        + " "
                        + batch.getProducerEpoch()
                        + " "
                        + batch.getBaseSequence();
        Long before = batch.getProducerId() == 0 ? null : offsets.putIfAbsent(sent, endOffset);
        if (before != null) {
            return before;
        }
        long baseOffset = endOffset;
        batches.add(
                batch.toBuilder()
                        .setBaseOffset(baseOffset)
                        .setLeaderEpoch(LEADER_EPOCH)
                        .setAppendTimeMs(System.currentTimeMillis())
                        .build());
        endOffset += batch.getLastOffsetDelta() + 1;
        return baseOffset;
    }

    long startOffset() {
        return startOffset;
    }

    long endOffset() {
        return endOffset;
    }

    void deleteBefore(long offset) {
        startOffset = Math.max(startOffset, offset);
    }

    Optional<RecordBatch> batchAt(long offset) {
        return batches.stream()
                .filter(batch -> endOf(batch) > Math.max(offset, startOffset))
                .findFirst();
    }

    static long endOf(RecordBatch batch) {
        return batch.getBaseOffset() + batch.getLastOffsetDelta() + 1;
    }

    long resolve(StartPosition start) {
        return switch (start.getAtCase()) {
            case POSITION -> start.getPosition().getOffset();
            case TIMESTAMP_MS -> firstAt(start.getTimestampMs()).orElse(endOffset);
            case LAST_RECORDS -> Math.max(startOffset, endOffset - start.getLastRecords());
            case ANCHOR -> start.getAnchor() == Anchor.ANCHOR_EARLIEST ? startOffset : endOffset;
            case AT_NOT_SET -> endOffset;
        };
    }

    /** To the batch: good enough for batches of one record. */
    Optional<Long> firstAt(long timestampMs) {
        return batches.stream()
                .filter(batch -> batch.getMaxTimestampMs() >= timestampMs)
                .map(RecordBatch::getBaseOffset)
                .findFirst();
    }
}
