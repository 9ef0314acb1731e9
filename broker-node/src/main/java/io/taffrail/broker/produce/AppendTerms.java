// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.produce;

import io.taffrail.api.v1.AppendRequest;
import io.taffrail.model.Acks;
import io.taffrail.model.batch.Compression;
import io.taffrail.model.batch.RecordBatchBuilder;
import java.util.OptionalLong;

/** A request to append once, checked for the rules that do not depend on any log. */
record AppendTerms(AppendRequest request, Acks acks) {
    /** Checks a request. */
    static AppendTerms of(AppendRequest request) throws RejectedRequestException {
        RequestRules.requireTopicName("topic", request.getTopic());
        Acks acks = RequestRules.acks("acks", request.getAcks());
        if (request.getRecordsCount() == 0) {
            throw RejectedRequestException.invalid("records", "there is none");
        }
        requireProducer(request);
        if (!request.hasPartition()
                && (request.getProducerId() != 0
                        || request.hasExpectedBaseOffset()
                        || request.hasLeaderEpoch())) {
            throw RejectedRequestException.invalid(
                    "partition",
                    "is needed with producer_id, expected_base_offset and leader_epoch");
        }
        requireNotNegative("leader_epoch", request.getLeaderEpoch());
        return new AppendTerms(request, acks);
    }

    private static void requireProducer(AppendRequest request) throws RejectedRequestException {
        requireNotNegative("producer_id", request.getProducerId());
        requireNotNegative("producer_epoch", request.getProducerEpoch());
        requireNotNegative("base_sequence", request.getBaseSequence());
        if (request.getProducerId() == 0 && request.getProducerEpoch() != 0) {
            throw RejectedRequestException.invalid(
                    "producer_epoch", "has to be 0 without a producer_id");
        }
        if (request.getProducerId() == 0 && request.getBaseSequence() != 0) {
            throw RejectedRequestException.invalid(
                    "base_sequence", "has to be 0 without a producer_id");
        }
    }

    private static void requireNotNegative(String field, long value)
            throws RejectedRequestException {
        if (value < 0) {
            throw RejectedRequestException.invalid(field, "is below 0");
        }
    }

    OptionalLong expectedBaseOffset() {
        return request.hasExpectedBaseOffset()
                ? OptionalLong.of(request.getExpectedBaseOffset())
                : OptionalLong.empty();
    }

    /** An empty batch of the request's producer. */
    RecordBatchBuilder newBatch() {
        return new RecordBatchBuilder(Compression.NONE)
                .producer(
                        request.getProducerId(),
                        request.getProducerEpoch(),
                        request.getBaseSequence());
    }
}
