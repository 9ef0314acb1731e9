// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.fetch;

import io.taffrail.api.ConsumedRecordTranslator;
import io.taffrail.api.LogFailure;
import io.taffrail.api.v1.ConsumedRecord;
import io.taffrail.api.v1.FetchResponse;
import io.taffrail.model.batch.MalformedRecordsException;
import io.taffrail.model.batch.RecordBatchLayout;
import io.taffrail.model.batch.RecordCursor;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Gathers single records, decompressed and trimmed at both ends. */
final class RecordRun {
    private final ReadPlan plan;
    private final FetchResponse.Builder message = FetchResponse.newBuilder();
    private long costBytes;
    private int messageBytes;
    private long nextOffset;
    private boolean full;
    private Optional<LogFailure> failure = Optional.empty();

    private RecordRun(ReadPlan plan) {
        this.plan = plan;
        this.nextOffset = plan.fromOffset();
    }

    static ReadOutcome of(ByteBuffer entries, ReadPlan plan) {
        RecordRun run = new RecordRun(plan);
        run.gather(entries);
        return run.outcome();
    }

    private void gather(ByteBuffer entries) {
        int at = 0;
        while (!full && at < entries.limit()) {
            Optional<StoredBatch> batch =
                    EntryRun.isWhole(entries, at)
                            ? StoredBatch.open(entries, at, plan.leader().partition())
                            : Optional.empty();
            if (batch.isEmpty()) {
                fail(Failures.corrupt(plan.leader(), nextOffset));
                return;
            }
            try {
                add(batch.get());
            } catch (MalformedRecordsException e) {
                fail(Failures.corrupt(plan.leader(), nextOffset));
                return;
            }
            at += batch.get().entryBytes();
        }
    }

    private void add(StoredBatch batch) {
        RecordCursor cursor = new RecordCursor(batch.records());
        long baseOffset = RecordBatchLayout.baseOffset(batch.entries(), batch.at());
        while (cursor.next()) {
            long offset = baseOffset + cursor.offsetDelta();
            if (offset < plan.fromOffset()) {
                continue;
            }
            if (offset >= plan.endOffset()) {
                nextOffset = Math.max(nextOffset, plan.endOffset());
                full = true;
                return;
            }
            if (!add(ConsumedRecordTranslator.toProto(batch.entries(), batch.at(), cursor))) {
                full = true;
                return;
            }
        }
        nextOffset = batch.endOffset();
    }

    /** Whether there was room and credit for it. */
    private boolean add(ConsumedRecord added) {
        int bytes = added.getSerializedSize();
        int fieldBytes =
                com.google.protobuf.CodedOutputStream.computeMessageSize(
                        FetchResponse.RECORDS_FIELD_NUMBER, added);
        boolean first = message.getRecordsCount() == 0;
        if (first && fieldBytes > plan.maxContentBytes()) {
            fail(Failures.tooLarge(added.getOffset(), bytes, plan.maxMessageBytes()));
            return false;
        }
        boolean hasCredit =
                plan.creditBytes() > costBytes && plan.creditRecords() > message.getRecordsCount();
        if (!hasCredit || (!first && messageBytes + fieldBytes > plan.maxBytes())) {
            return false;
        }
        message.addRecords(added);
        costBytes += bytes;
        messageBytes += fieldBytes;
        nextOffset = added.getOffset() + 1;
        return true;
    }

    /** Counts only if there is nothing to be sent before. */
    private void fail(LogFailure why) {
        failure = Optional.of(why);
        full = true;
    }

    private ReadOutcome outcome() {
        if (message.getRecordsCount() > 0) {
            return new ReadOutcome.Content(
                    message, Optional.empty(), costBytes, message.getRecordsCount(), nextOffset);
        }
        return failure.isPresent()
                ? new ReadOutcome.Failed(failure.get())
                : new ReadOutcome.Gap(nextOffset);
    }
}
