// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taffrail.model.TopicId;
import io.taffrail.model.TopicPartition;
import io.taffrail.model.batch.Compression;
import io.taffrail.model.batch.ProducedBatch;
import io.taffrail.model.batch.RecordBatchBuilder;
import java.util.List;

/** Batches of text: "key=value" has a key, "key=" is a tombstone, anything else has no key. */
final class SampleBatches {
    static final TopicPartition PARTITION = new TopicPartition("orders", new TopicId(1, 2), 3);

    private SampleBatches() {}

    static ProducedBatch batch(String... records) {
        return batch(Compression.NONE, 1000, List.of(records)).build();
    }

    static ProducedBatch batch(long producerId, int epoch, int sequence, String... records) {
        return batch(Compression.NONE, 1000, List.of(records))
                .producer(producerId, epoch, sequence)
                .build();
    }

    /** Timestamps rise by one from {@code timestampMs}. */
    static RecordBatchBuilder batch(
            Compression compression, long timestampMs, List<String> records) {
        RecordBatchBuilder builder = new RecordBatchBuilder(compression);
        long nextMs = timestampMs;
        for (String record : records) {
            int split = record.indexOf('=');
            byte[] key = split < 0 ? null : record.substring(0, split).getBytes(UTF_8);
            String value = record.substring(split + 1);
            boolean tombstone = split >= 0 && value.isEmpty();
            builder.append(nextMs++, key, tombstone ? null : value.getBytes(UTF_8), List.of());
        }
        return builder;
    }
}
