// SPDX-License-Identifier: Apache-2.0
package io.taffrail.benchmark;

import io.taffrail.model.batch.RecordCursor;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * What a consumer does with a batch of records without compression: makes an object of each, with
 * an array of its own for the value. Nanoseconds for a record; the goal is 0.8 of what
 * kafka-clients takes.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Fork(
        value = 3,
        jvmArgsAppend = {"-Xms1g", "-Xmx1g", "-XX:+UseParallelGC"})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class RecordWalkBenchmark {
    private static final int RECORDS = 256;

    @Param({"100", "1024"})
    private int recordBytes;

    private ByteBuffer records;
    private long baseOffset;
    private long baseTimestampMs;
    private MemoryRecords kafkaRecords;

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Read(long offset, long timestampMs, byte[] value) {}

    @Setup
    public void build() {
        var batch = Batches.of(1, RECORDS * recordBytes, recordBytes).get(0);
        records = batch.records();
        baseTimestampMs = batch.baseTimestampMs();
        kafkaRecords = kafkaRecords();
    }

    private MemoryRecords kafkaRecords() {
        int bytes = RECORDS * (recordBytes + 32) + 128;
        try (MemoryRecordsBuilder builder =
                MemoryRecords.builder(
                        ByteBuffer.allocate(bytes),
                        Compression.NONE,
                        TimestampType.CREATE_TIME,
                        0)) {
            RecordCursor cursor = new RecordCursor(records);
            while (cursor.next()) {
                byte[] value = new byte[cursor.valueBytes()];
                cursor.copyValue(value, 0);
                builder.append(baseTimestampMs + cursor.timestampDeltaMs(), null, value);
            }
            return builder.build();
        }
    }

    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public void taffrail(Blackhole to) {
        RecordCursor cursor = new RecordCursor(records);
        while (cursor.next()) {
            byte[] value = new byte[cursor.valueBytes()];
            cursor.copyValue(value, 0);
            to.consume(
                    new Read(
                            baseOffset + cursor.offsetDelta(),
                            baseTimestampMs + cursor.timestampDeltaMs(),
                            value));
        }
    }

    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public void kafka(Blackhole to) {
        for (RecordBatch batch : kafkaRecords.batches()) {
            for (Record record : batch) {
                ByteBuffer view = record.value();
                byte[] value = new byte[view.remaining()];
                view.get(value);
                to.consume(new Read(record.offset(), record.timestamp(), value));
            }
        }
    }
}
