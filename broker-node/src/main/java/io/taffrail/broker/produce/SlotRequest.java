// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.produce;

import com.google.protobuf.ByteString;
import io.taffrail.api.BatchRefusedException;
import io.taffrail.api.LogFailure;
import io.taffrail.api.NewRecordTranslator;
import io.taffrail.api.RecordBatchTranslator;
import io.taffrail.api.v1.NewRecord;
import io.taffrail.api.v1.ProduceRequest;
import io.taffrail.api.v1.RecordBatch;
import io.taffrail.model.LogError;
import io.taffrail.model.batch.BatchFault;
import io.taffrail.model.batch.Compression;
import io.taffrail.model.batch.ProducedBatch;
import io.taffrail.model.batch.RecordBatchBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A request with records on its way into the log.
 *
 * @param raw its encoding, which it is a view of and holds in memory
 * @param receivedNanos when it came
 */
record SlotRequest(ProduceRequest message, ByteString raw, long receivedNanos) {
    int bytes() {
        return raw.size();
    }

    /** What another broker gets of it: the bytes as they came, but for what opened the slot. */
    ByteString withoutOpen() {
        return opens() ? message.toBuilder().clearOpen().build().toByteString() : raw;
    }

    int slot() {
        return message.getSlot();
    }

    boolean opens() {
        return message.hasOpen();
    }

    boolean hasRecords() {
        return message.getRecordsCount() > 0 || message.getBatchesCount() > 0;
    }

    /**
     * What is wrong with the message, whatever its records are.
     *
     * @param slotIsOpen whether its slot was opened before
     */
    Optional<Rejection> brokenRule(boolean slotIsOpen) {
        if (slotIsOpen && opens()) {
            return broken("open", "the slot is open already");
        }
        if (!slotIsOpen && !opens()) {
            return broken("open", "the first message of a slot has to open it");
        }
        if (message.getRecordsCount() > 0 && message.getBatchesCount() > 0) {
            return broken("records", "not together with batches");
        }
        if (!hasRecords() && message.hasExpectedBaseOffset()) {
            return broken("expected_base_offset", "not without records or batches");
        }
        if (!hasRecords() && !opens()) {
            return broken("records", "the request has neither records nor batches");
        }
        return Optional.empty();
    }

    private static Optional<Rejection> broken(String field, String message) {
        return Optional.of(new Rejection.Invalid(field, message));
    }

    /** What is kept of a request once it is in the log. */
    record Origin(int records, long receivedNanos) {}

    Origin origin() {
        return new Origin(recordCount(), receivedNanos);
    }

    /** Whether to check it takes so long that an event loop must not be held up with it. */
    boolean isLarge(int largeRequestBytes) {
        return bytes() >= largeRequestBytes || hasCompressedBatch();
    }

    private boolean hasCompressedBatch() {
        for (RecordBatch batch : message.getBatchesList()) {
            int codec = batch.getCompressionValue();
            if (codec != 0 && codec != Compression.NONE.id()) {
                return true;
            }
        }
        return false;
    }

    OptionalLong expectedBaseOffset() {
        return message.hasExpectedBaseOffset()
                ? OptionalLong.of(message.getExpectedBaseOffset())
                : OptionalLong.empty();
    }

    /** As many as their headers say, which is right once they are appended. */
    private int recordCount() {
        int records = message.getRecordsCount();
        for (RecordBatch batch : message.getBatchesList()) {
            records += batch.getRecordCount();
        }
        return records;
    }

    /**
     * The batches as they came, or one made of the records.
     *
     * @param nowMs the time of records that have none
     */
    List<ProducedBatch> batches(long nowMs) throws RejectedRequestException {
        return message.getRecordsCount() > 0 ? List.of(ownBatch(nowMs)) : clientsBatches();
    }

    private ProducedBatch ownBatch(long nowMs) throws RejectedRequestException {
        RecordBatchBuilder batch = new RecordBatchBuilder(Compression.NONE);
        try {
            for (NewRecord newRecord : message.getRecordsList()) {
                NewRecordTranslator.appendTo(batch, newRecord, nowMs);
            }
        } catch (BatchRefusedException e) {
            throw RejectedRequestException.of(LogFailure.of(e.fault()));
        }
        return batch.build();
    }

    private List<ProducedBatch> clientsBatches() throws RejectedRequestException {
        List<ProducedBatch> batches = new ArrayList<>(message.getBatchesCount());
        for (RecordBatch batch : message.getBatchesList()) {
            try {
                batches.add(RecordBatchTranslator.toModel(batch));
            } catch (BatchRefusedException e) {
                BatchFault fault = e.fault();
                throw RejectedRequestException.of(
                        LogFailure.of(fault.error(), fault.message())
                                .inField(fieldOfBatch(batches.size(), Optional.of(fault.field()))));
            }
        }
        return batches;
    }

    /** Names what a refusal of the log is about. */
    LogFailure locate(LogFailure failure, int batch) {
        boolean clientsFault = failure.error().code() == LogError.CanonicalCode.INVALID_ARGUMENT;
        return clientsFault ? failure.inField(fieldOfBatch(batch, failure.field())) : failure;
    }

    private String fieldOfBatch(int batch, Optional<String> within) {
        if (message.getRecordsCount() > 0) {
            return "records"; // the batch is of the broker's own making
        }
        return "batches[" + batch + "]" + within.map(field -> "." + field).orElse("");
    }
}
