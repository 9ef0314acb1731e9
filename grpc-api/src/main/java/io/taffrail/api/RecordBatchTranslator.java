// SPDX-License-Identifier: Apache-2.0
package io.taffrail.api;

import com.google.protobuf.ByteString;
import io.taffrail.api.v1.RecordBatch;
import io.taffrail.model.LogError;
import io.taffrail.model.batch.BatchFault;
import io.taffrail.model.batch.ProducedBatch;

/**
 * Batches as a producer hands them over. The records are not looked into; whether a batch may be
 * appended is for {@link io.taffrail.model.batch.BatchValidator}.
 */
public final class RecordBatchTranslator {
    private RecordBatchTranslator() {}

    /**
     * Takes over what a producer sets, and passes over what the leader does. The records are not
     * copied.
     *
     * @throws BatchRefusedException if there are fields that are unknown here: storing the batch
     *     would drop them
     */
    public static ProducedBatch toModel(RecordBatch batch) throws BatchRefusedException {
        if (!batch.getUnknownFields().asMap().isEmpty()) {
            throw new BatchRefusedException(
                    new BatchFault(
                            LogError.UNSUPPORTED_FORMAT,
                            "batches",
                            "fields that are unknown here: "
                                    + batch.getUnknownFields().asMap().keySet()));
        }
        ProducedBatch.Builder produced =
                ProducedBatch.builder()
                        .compressionId(batch.getCompressionValue())
                        .flags(batch.getFlags())
                        .lastOffsetDelta(batch.getLastOffsetDelta())
                        .recordCount(batch.getRecordCount())
                        .baseTimestampMs(batch.getBaseTimestampMs())
                        .maxTimestampMs(batch.getMaxTimestampMs())
                        .producerId(batch.getProducerId())
                        .producerEpoch(batch.getProducerEpoch())
                        .baseSequence(batch.getBaseSequence())
                        .records(batch.getRecords().asReadOnlyByteBuffer());
        if (batch.hasCrc32C()) {
            produced.crc32c(batch.getCrc32C());
        }
        return produced.build();
    }

    /**
     * What the leader sets is left out. The records are copied, once: protobuf-java wraps nothing
     * but accessible arrays.
     */
    public static RecordBatch toProto(ProducedBatch produced) {
        RecordBatch.Builder batch =
                RecordBatch.newBuilder()
                        .setCompressionValue(produced.compressionId())
                        .setFlags(produced.flags())
                        .setLastOffsetDelta(produced.lastOffsetDelta())
                        .setRecordCount(produced.recordCount())
                        .setBaseTimestampMs(produced.baseTimestampMs())
                        .setMaxTimestampMs(produced.maxTimestampMs())
                        .setProducerId(produced.producerId())
                        .setProducerEpoch(produced.producerEpoch())
                        .setBaseSequence(produced.baseSequence())
                        .setRecords(ByteString.copyFrom(produced.records()));
        produced.crc32c().ifPresent(batch::setCrc32C);
        return batch.build();
    }
}
