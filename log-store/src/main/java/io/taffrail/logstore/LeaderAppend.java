// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore;

import static io.taffrail.model.batch.RecordBatchLayout.HEADER_BYTES;

import io.taffrail.logstore.AppendResult.Appended;
import io.taffrail.logstore.AppendResult.Duplicate;
import io.taffrail.logstore.AppendResult.Rejected;
import io.taffrail.logstore.producer.ProducerStates;
import io.taffrail.logstore.producer.SequenceCheck;
import io.taffrail.logstore.segment.Segment.EntryHeader;
import io.taffrail.model.Clock;
import io.taffrail.model.LogError;
import io.taffrail.model.TopicPartition;
import io.taffrail.model.batch.BatchFault;
import io.taffrail.model.batch.BatchValidator;
import io.taffrail.model.batch.ProducedBatch;
import io.taffrail.model.batch.RecordBatchLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The batches of one request on their way into the log. First, outside the log's lock, all that
 * costs time: validation and checksums. Then, under it, what depends on the log: sequences,
 * offsets, and the stamp on each header.
 */
final class LeaderAppend {
    private final TopicPartition partition;
    private final int leaderEpoch;
    private final long appendTimeMs;
    private final List<ProducedBatch> valid = new ArrayList<>();
    private final List<ByteBuffer> prepared = new ArrayList<>();
    private final List<AppendResult> results = new ArrayList<>();
    private final List<EntryHeader> headers = new ArrayList<>();
    private final List<ByteBuffer> buffers = new ArrayList<>();
    private Optional<Rejected> invalid = Optional.empty();
    private int beforeFirstAppended;
    private long bytes;
    private long endOffset;

    LeaderAppend(TopicPartition partition, int leaderEpoch, Clock clock) {
        this.partition = partition;
        this.leaderEpoch = leaderEpoch;
        this.appendTimeMs = clock.wallMs();
    }

    void validate(List<ProducedBatch> batches, BatchValidator validator) {
        for (ProducedBatch batch : batches) {
            Optional<BatchFault> fault = validator.validate(batch);
            if (fault.isPresent()) {
                invalid = Optional.of(invalid(fault.get()));
                return;
            }
            ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
            batch.writeHeader(header);
            valid.add(batch);
            prepared.add(header.flip());
        }
    }

    /** Gives each batch its place, up to the first that is refused. */
    void place(long logEndOffset, ProducerStates producers, OptionalLong expectedBaseOffset) {
        endOffset = logEndOffset;
        OptionalLong expected = expectedBaseOffset;
        // A request may hold several batches of one producer: each is checked against those before
        // it.
        ProducerStates soFar = valid.size() > 1 ? producers.overlay() : producers;
        for (int i = 0; i < valid.size(); i++) {
            ProducedBatch batch = valid.get(i);
            ByteBuffer header = prepared.get(i);
            SequenceCheck check =
                    soFar.check(
                            batch.producerId(),
                            batch.producerEpoch(),
                            batch.baseSequence(),
                            RecordBatchLayout.sequenceAfter(
                                    batch.baseSequence(), batch.lastOffsetDelta()));
            if (check instanceof SequenceCheck.Duplicate duplicate) {
                results.add(new Duplicate(duplicate.stored()));
                continue;
            }
            if (check instanceof SequenceCheck.Refused refused) {
                results.add(refused(batch, refused));
                return;
            }
            if (expected.isPresent() && expected.getAsLong() != endOffset) {
                results.add(mismatch(expected.getAsLong()));
                return;
            }
            expected = OptionalLong.empty();
            stamp(batch, header);
            if (soFar != producers) {
                soFar.stored(header, 0);
            }
        }
        invalid.ifPresent(results::add);
    }

    private static Rejected invalid(BatchFault fault) {
        String message = fault.field() + ": " + fault.message();
        Map<String, String> metadata =
                fault.limit().isPresent()
                        ? Map.of("limit", Long.toString(fault.limit().getAsLong()))
                        : Map.of();
        return new Rejected(fault.error(), message, metadata, Optional.of(fault.field()));
    }

    private void stamp(ProducedBatch batch, ByteBuffer header) {
        RecordBatchLayout.stamp(
                header,
                0,
                endOffset,
                leaderEpoch,
                appendTimeMs,
                partition.topicId(),
                partition.partition());
        if (headers.isEmpty()) {
            beforeFirstAppended = results.size();
        }
        long lastOffset = endOffset + batch.lastOffsetDelta();
        results.add(new Appended(endOffset, lastOffset, appendTimeMs));
        headers.add(new EntryHeader(header, 0));
        buffers.add(header.duplicate());
        buffers.add(batch.records());
        bytes += batch.entryBytes();
        endOffset = lastOffset + 1;
    }

    private static Rejected refused(ProducedBatch batch, SequenceCheck.Refused refused) {
        return Rejected.of(
                refused.error(),
                "producer "
                        + batch.producerId()
                        + ", epoch "
                        + batch.producerEpoch()
                        + ": sequence "
                        + batch.baseSequence()
                        + " where "
                        + refused.expectedSequence()
                        + " is next",
                Map.of("expected_sequence", Integer.toString(refused.expectedSequence())));
    }

    private Rejected mismatch(long expected) {
        return Rejected.of(
                LogError.OFFSET_MISMATCH,
                "the log ends at " + endOffset + ", not at " + expected,
                Map.of("log_end_offset", Long.toString(endOffset)));
    }

    int leaderEpoch() {
        return leaderEpoch;
    }

    /** Whether nothing is to be written. */
    boolean isEmpty() {
        return headers.isEmpty();
    }

    long bytes() {
        return bytes;
    }

    long endOffset() {
        return endOffset;
    }

    ByteBuffer[] buffers() {
        return buffers.toArray(ByteBuffer[]::new);
    }

    List<EntryHeader> headers() {
        return headers;
    }

    List<AppendResult> results() {
        return List.copyOf(results);
    }

    /**
     * The results when the write was not done: what came before its first batch stands, the rest is
     * rejected.
     */
    List<AppendResult> rejectedInstead(Rejected why) {
        List<AppendResult> instead = new ArrayList<>(results.subList(0, beforeFirstAppended));
        instead.add(why);
        return instead;
    }
}
