// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.api.v1.FetchResponse;
import io.taffrail.api.v1.RecordBatch;
import io.taffrail.broker.replication.AppendTicket;
import io.taffrail.broker.testing.FakePartitionLeader;
import io.taffrail.model.Acks;
import io.taffrail.model.batch.Compression;
import io.taffrail.model.batch.ProducedBatch;
import io.taffrail.model.batch.RecordBatchBuilder;
import io.taffrail.model.batch.RecordBatchLayout;
import io.taffrail.model.batch.RecordCursor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;

/** Batches to be read, and what is read of them. */
final class Batches {
    private Batches() {}

    /** A batch of such values; its records' times count from 1,000 times the first value's size. */
    static ProducedBatch of(Compression compression, String... values) {
        RecordBatchBuilder builder = new RecordBatchBuilder(compression);
        for (String value : values) {
            builder.append(1_000, null, value.getBytes(StandardCharsets.UTF_8), List.of());
        }
        return builder.build();
    }

    static ProducedBatch at(long timestampMs, String value) {
        return new RecordBatchBuilder(Compression.NONE)
                .append(timestampMs, null, value.getBytes(StandardCharsets.UTF_8), List.of())
                .build();
    }

    /** One record whose entry has so many bytes in the log. */
    static ProducedBatch ofEntryBytes(int entryBytes, long seed) {
        byte[] value = new byte[entryBytes - RecordBatchLayout.HEADER_BYTES - 16];
        new Random(seed).nextBytes(value);
        ProducedBatch batch =
                new RecordBatchBuilder(Compression.NONE)
                        .append(1_000, null, value, List.of())
                        .build();
        assertThat(batch.entryBytes()).isBetween(entryBytes - 16, entryBytes);
        return batch;
    }

    static void append(FakePartitionLeader leader, ProducedBatch... batches) {
        for (ProducedBatch batch : batches) {
            AppendTicket ticket =
                    leader.append(
                            List.of(batch), OptionalLong.empty(), Acks.ALL, Duration.ofSeconds(30));
            assertThat(ticket).isInstanceOf(AppendTicket.Accepted.class);
        }
    }

    /** Appends batches of one record each, and says what their entries cost. */
    static int appendEach(FakePartitionLeader leader, String... values) {
        int bytes = 0;
        for (String value : values) {
            ProducedBatch batch = of(Compression.NONE, value);
            append(leader, batch);
            bytes += batch.entryBytes();
        }
        return bytes;
    }

    /** All records of answers with batches, as "offset:value". */
    static List<String> records(List<FetchResponse> answers) {
        List<String> records = new ArrayList<>();
        for (FetchResponse answer : answers) {
            for (RecordBatch batch : answer.getBatchesList()) {
                add(batch, records);
            }
        }
        return records;
    }

    static List<String> records(FetchResponse answer) {
        return records(List.of(answer));
    }

    private static void add(RecordBatch batch, List<String> records) {
        Compression codec = Compression.byId(batch.getCompressionValue()).orElseThrow();
        ByteBuffer compressed = ByteBuffer.wrap(batch.getRecords().toByteArray());
        try {
            RecordCursor cursor = new RecordCursor(codec.decompress(compressed, 1 << 28));
            while (cursor.next()) {
                records.add(
                        batch.getBaseOffset()
                                + cursor.offsetDelta()
                                + ":"
                                + StandardCharsets.UTF_8.decode(cursor.value()));
            }
        } catch (io.taffrail.model.batch.CorruptRecordsException e) {
            throw new AssertionError(e);
        }
    }
}
