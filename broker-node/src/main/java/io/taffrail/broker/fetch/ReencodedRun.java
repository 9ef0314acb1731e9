// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.fetch;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import io.taffrail.api.v1.FetchResponse;
import io.taffrail.api.v1.RecordBatch;
import io.taffrail.model.batch.Compression;
import io.taffrail.model.batch.RecordBatchLayout;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;

/**
 * Gathers batches for a reader that cannot decompress them as they are stored: not compressed, or
 * in a codec that it takes where they would otherwise be too large for its messages. Offsets and
 * everything else stay; the checksums, which cover what was stored, are left out.
 */
final class ReencodedRun {
    private final ReadPlan plan;
    private final Set<Compression> accepted;
    private final FetchResponse.Builder message = FetchResponse.newBuilder();
    private long costBytes;
    private long costRecords;
    private long nextOffset;

    private ReencodedRun(ReadPlan plan, Set<Compression> accepted) {
        this.plan = plan;
        this.accepted = accepted;
        this.nextOffset = plan.fromOffset();
    }

    /** Encodes entries from the first on, up to one that can go as it is, or to a limit. */
    static ReadOutcome of(ByteBuffer entries, ReadPlan plan, Set<Compression> accepted) {
        return new ReencodedRun(plan, accepted).gather(entries);
    }

    private ReadOutcome gather(ByteBuffer entries) {
        int at = 0;
        while (at < entries.limit() && wantsMore(entries, at)) {
            Optional<StoredBatch> batch = StoredBatch.open(entries, at, plan.leader().partition());
            if (batch.isEmpty()) {
                return costBytes > 0
                        ? content()
                        : new ReadOutcome.Failed(Failures.corrupt(plan.leader(), nextOffset));
            }
            RecordBatch encoded = encode(batch.get());
            long bytes =
                    CodedOutputStream.computeMessageSize(
                            FetchResponse.BATCHES_FIELD_NUMBER, encoded);
            if (costBytes > 0 && costBytes + bytes > plan.maxBytes()) {
                return content();
            }
            if (bytes > plan.maxContentBytes()) {
                return new ReadOutcome.Failed(
                        Failures.tooLarge(encoded.getBaseOffset(), bytes, plan.maxMessageBytes()));
            }
            message.addBatches(encoded);
            costBytes += bytes;
            costRecords += encoded.getRecordCount();
            nextOffset = batch.get().endOffset();
            at += batch.get().entryBytes();
        }
        return content();
    }

    private boolean wantsMore(ByteBuffer entries, int at) {
        boolean hasCredit = plan.creditBytes() > costBytes && plan.creditRecords() > costRecords;
        return hasCredit
                && EntryRun.isWhole(entries, at)
                && RecordBatchLayout.baseOffset(entries, at) < plan.endOffset()
                && !goesAsItIs(entries, at);
    }

    private boolean goesAsItIs(ByteBuffer entries, int at) {
        return Compression.byId(RecordBatchLayout.compressionId(entries, at))
                .map(accepted::contains)
                .orElse(false);
    }

    private RecordBatch encode(StoredBatch batch) {
        RecordBatch plain = encode(batch, Compression.NONE);
        if (plain.getSerializedSize() <= plan.maxBytes()) {
            return plain;
        }
        return accepted.stream()
                .filter(codec -> codec != Compression.NONE)
                .findFirst()
                .map(codec -> encode(batch, codec))
                .orElse(plain);
    }

    private static RecordBatch encode(StoredBatch batch, Compression codec) {
        ByteBuffer entries = batch.entries();
        int at = batch.at();
        return RecordBatch.newBuilder()
                .setBaseOffset(RecordBatchLayout.baseOffset(entries, at))
                .setLeaderEpoch(RecordBatchLayout.leaderEpoch(entries, at))
                .setAppendTimeMs(RecordBatchLayout.appendTimeMs(entries, at))
                .setCompressionValue(codec.id())
                .setFlags(RecordBatchLayout.flags(entries, at))
                .setLastOffsetDelta(RecordBatchLayout.lastOffsetDelta(entries, at))
                .setRecordCount(RecordBatchLayout.recordCount(entries, at))
                .setBaseTimestampMs(RecordBatchLayout.baseTimestampMs(entries, at))
                .setMaxTimestampMs(RecordBatchLayout.maxTimestampMs(entries, at))
                .setProducerId(RecordBatchLayout.producerId(entries, at))
                .setProducerEpoch(RecordBatchLayout.producerEpoch(entries, at))
                .setBaseSequence(RecordBatchLayout.baseSequence(entries, at))
                .setRecords(ByteString.copyFrom(codec.compress(batch.records())))
                .build();
    }

    private ReadOutcome content() {
        return new ReadOutcome.Content(
                message, Optional.empty(), costBytes, costRecords, nextOffset);
    }
}
