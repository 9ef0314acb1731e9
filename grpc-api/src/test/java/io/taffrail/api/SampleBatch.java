// SPDX-License-Identifier: Apache-2.0
package io.taffrail.api;

import io.taffrail.api.v1.Records;
import io.taffrail.model.TopicId;
import io.taffrail.model.batch.Compression;
import io.taffrail.model.batch.ProducedBatch;
import io.taffrail.model.batch.RecordBatchBuilder;
import io.taffrail.model.batch.RecordBatchLayout;
import java.nio.ByteBuffer;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Records and what a producer and a leader add to them. */
record SampleBatch(
        List<SampleRecord> records,
        Compression compression,
        long producerId,
        int producerEpoch,
        int baseSequence,
        long baseOffset,
        int leaderEpoch,
        long appendTimeMs) {
    static final TopicId TOPIC_ID = new TopicId(1, 2);
    static final int PARTITION = 3;

    static Arbitrary<SampleBatch> any() {
        return Combinators.combine(
                        SampleRecord.any().list().ofMinSize(1).ofMaxSize(8),
                        Arbitraries.of(Compression.class),
                        Arbitraries.longs().between(0, Long.MAX_VALUE),
                        Arbitraries.integers().between(0, Integer.MAX_VALUE),
                        Arbitraries.integers().between(0, Integer.MAX_VALUE),
                        Arbitraries.longs().between(0, Long.MAX_VALUE / 2),
                        Arbitraries.integers().between(0, Integer.MAX_VALUE),
                        Arbitraries.longs())
                .as(SampleBatch::new);
    }

    ProducedBatch produced() {
        RecordBatchBuilder builder =
                new RecordBatchBuilder(compression)
                        .producer(producerId, producerEpoch, baseSequence);
        records.forEach(sample -> sample.appendTo(builder));
        return builder.build();
    }

    /** As a leader stores it. */
    ByteBuffer entry() {
        ProducedBatch produced = produced();
        ByteBuffer entry = ByteBuffer.allocate(produced.entryBytes());
        produced.writeHeader(entry);
        entry.put(produced.records()).flip();
        RecordBatchLayout.stamp(
                entry, 0, baseOffset, leaderEpoch, appendTimeMs, TOPIC_ID, PARTITION);
        return entry;
    }

    long baseTimestampMs() {
        return records.get(0).timestampMs();
    }

    long maxTimestampMs() {
        return records.stream().mapToLong(SampleRecord::timestampMs).max().orElseThrow();
    }

    /** What should be in the field {@code records}, decompressed. */
    Records plainRecords() {
        Records.Builder expected = Records.newBuilder();
        records.forEach(sample -> expected.addRecords(sample.asRecord(baseTimestampMs())));
        return expected.build();
    }
}
